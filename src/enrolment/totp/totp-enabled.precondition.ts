import { Injectable } from '@nestjs/common';
import { Precondition } from '../../access/precondition.guard';
import { Caller } from '../../auth/caller';
import { ApiError } from '../../common/errors/api-error';
import { TOTP_NOT_ENABLED } from './totp-enrolment.problems';

@Injectable()
export class TotpEnabled implements Precondition {
  /** @throws ApiError totp-obstacle not-enabled */
  check({ services }: Caller): void {
    const { enabled, secret } = services.totp ?? {};
    // Other programs may enable TOTP without storing a secret; then no code can be verified.
    if (enabled === true && typeof secret === 'string') return;
    throw new ApiError(TOTP_NOT_ENABLED);
  }
}
