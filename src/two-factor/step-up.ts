import { Type } from '@nestjs/common';
import { Caller } from '../auth/caller';

/** The second factor that a route demands on each of its requests (contract §4). */
export type StepUp = HeaderStepUp | CodeInBody;

/** A factor that the caller has, shown in the headers `x-2fa-code` and `x-2fa-method`. */
export type HeaderStepUp =
  /** Any factor, unless the token is exempt or the proof is remembered. */
  | 'always'
  /** What the caller has so far, before a factor is set up or given up. No token is exempt, no proof is remembered. */
  | 'before-enrolment';

/** A code that the body carries as its parameter: always judged, whatever the token may do without one elsewhere. */
export type CodeInBody =
  /** Of the TOTP that the caller has enabled, or a backup code. A precondition refuses who has none. */
  | { codeInBody: 'totp' }
  /** Of a secret that is not the caller's factor yet. */
  | { codeInBody: 'new-totp-secret'; secretOf: Type<NewSecretSource> };

/**
 * The second factor of a sign-in. There is no caller yet whom TwoFactorGuard could ask: whose factor it is, and whether
 * they need one, is known when the password has been found right. So it is part of authentication, the sign-in service
 * demands it (`login-second-factor.service.ts`), and a policy only says so, for the reader of the route list.
 */
export type SignInStepUp = 'at-sign-in';

/** Where a secret waits for its first code. The feature that handed it out says so. */
export interface NewSecretSource {
  /**
   * The secret as it is stored.
   * @throws ApiError where the caller has asked for none
   */
  secretOf(caller: Caller): string;
}
