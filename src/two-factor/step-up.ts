import { Type } from '@nestjs/common';
import { Caller } from '../auth/caller';

export type StepUp = HeaderStepUp | CodeInBody;

/** A code in the headers `x-2fa-code` and `x-2fa-method`. */
export type HeaderStepUp =
  /** Any method, unless the token is exempt or the second factor is remembered. */
  | 'always'
  /** Whatever the caller has before they set up or give up a method. No token is exempt, nothing is remembered. */
  | 'before-enrolment';

/** A code in the body: always verified, even if the token is exempt elsewhere. */
export type CodeInBody =
  /** A code of the enabled TOTP, or a backup code. The route needs the precondition that TOTP is enabled. */
  { codeInBody: 'totp' } | { codeInBody: 'new-totp-secret'; secretOf: Type<NewSecretSource> };

/**
 * The second factor of a sign-in. Before the password is verified, TwoFactorGuard has no caller to ask. So the sign-in
 * service requires it (`login-second-factor.service.ts`), and the policy only documents it for the list of routes.
 */
export type SignInStepUp = 'at-sign-in';

/** The feature that issued a secret knows where it waits for its first code. */
export interface NewSecretSource {
  /** As stored. @throws ApiError if the caller has not asked for one */
  secretOf(caller: Caller): string;
}
