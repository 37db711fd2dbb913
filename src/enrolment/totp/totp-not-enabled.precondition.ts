import { Injectable } from '@nestjs/common';
import { Precondition } from '../../access/precondition.guard';
import { Caller } from '../../auth/caller';
import { ApiError } from '../../common/errors/api-error';
import { TOTP_ALREADY_ENABLED } from './totp-enrolment.problems';

/** A new secret must not replace an enabled one. */
@Injectable()
export class TotpNotEnabled implements Precondition {
  /** @throws ApiError totp-obstacle already-enabled */
  check({ services }: Caller): void {
    if (services.totp?.enabled !== true) return;
    throw new ApiError(TOTP_ALREADY_ENABLED);
  }
}
