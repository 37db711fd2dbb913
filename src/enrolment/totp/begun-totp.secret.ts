import { Injectable } from '@nestjs/common';
import { Caller } from '../../auth/caller';
import { Clock } from '../../common/clock/clock';
import { ApiError } from '../../common/errors/api-error';
import { NewSecretSource } from '../../two-factor/step-up';
import { TOTP_NOT_BEGUN } from './totp-enrolment.problems';

/**
 * Accepts only the secret that this token asked for, and not too long ago: otherwise a thief could validate what the
 * owner has begun, or the owner what the thief has.
 */
@Injectable()
export class BegunTotpSecret implements NewSecretSource {
  constructor(private readonly clock: Clock) {}

  /** @throws ApiError totp-obstacle not-begun */
  secretOf({ services, token }: Caller): string {
    const { tempSecret, tempToken, tempExpire } = services.totp ?? {};
    const isTheirs =
      tempToken === token.hashedToken &&
      tempExpire instanceof Date &&
      this.clock.now() < tempExpire;
    if (isTheirs && typeof tempSecret === 'string' && tempSecret !== '') return tempSecret;
    throw new ApiError(TOTP_NOT_BEGUN);
  }
}
