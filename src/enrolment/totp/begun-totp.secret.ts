import { Injectable } from '@nestjs/common';
import { Caller } from '../../auth/caller';
import { Clock } from '../../common/clock/clock';
import { ApiError } from '../../common/errors/api-error';
import { NewSecretSource } from '../../two-factor/step-up';
import { TOTP_NOT_BEGUN } from './totp-enrolment.problems';

/**
 * The secret that this very token has asked for. One of another login, of another program, or of long ago is none: a thief
 * and an owner must not validate what the other has begun.
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
