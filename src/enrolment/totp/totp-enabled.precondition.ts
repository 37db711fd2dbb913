import { Injectable } from '@nestjs/common';
import { Precondition } from '../../access/precondition.guard';
import { Caller } from '../../auth/caller';
import { ApiError } from '../../common/errors/api-error';
import { TOTP_NOT_ENABLED } from './totp-enrolment.problems';

/** TOTP is a second factor of the caller. */
@Injectable()
export class TotpEnabled implements Precondition {
  /** @throws ApiError totp-obstacle not-enabled */
  check({ services }: Caller): void {
    const { enabled, secret } = services.totp ?? {};
    // What other programs wrote may say that it is enabled and have no secret: there is nothing to judge a code by.
    if (enabled === true && typeof secret === 'string') return;
    throw new ApiError(TOTP_NOT_ENABLED);
  }
}
