import { Injectable } from '@nestjs/common';
import { Precondition } from '../../access/precondition.guard';
import { Caller } from '../../auth/caller';
import { ApiError } from '../../common/errors/api-error';

/** The caller has no TOTP that a new secret would replace. */
@Injectable()
export class TotpNotEnabled implements Precondition {
  /** @throws ApiError totp-obstacle already-enabled */
  check({ services }: Caller): void {
    if (services.totp?.enabled !== true) return;
    throw new ApiError({ kind: 'totp-obstacle', obstacle: 'already-enabled' });
  }
}
