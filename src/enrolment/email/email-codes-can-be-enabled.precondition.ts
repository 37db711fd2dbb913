import { Injectable } from '@nestjs/common';
import { Precondition } from '../../access/precondition.guard';
import { Caller } from '../../auth/caller';
import { ApiError, EmailObstacle } from '../../common/errors/api-error';
import { EmailCodesService } from '../../two-factor/email-codes/email-codes.service';
import {
  AccountsRepository,
  verifiedAddresses,
} from '../../workspace-data/users/accounts.repository';

/** The service sends mail, and the caller has a verified address to which no codes go yet. */
@Injectable()
export class EmailCodesCanBeEnabled implements Precondition {
  constructor(
    private readonly emailCodes: EmailCodesService,
    private readonly accounts: AccountsRepository,
  ) {}

  /** @throws ApiError email-obstacle off, already-enabled or no-verified-address */
  async check({ id, services }: Caller): Promise<void> {
    if (!this.emailCodes.areOn) throw obstacle('off');
    if (services.email2fa?.enabled === true) throw obstacle('already-enabled');
    const account = await this.accounts.findById(id);
    if (verifiedAddresses(account?.emails).length === 0) throw obstacle('no-verified-address');
  }
}

function obstacle(reason: EmailObstacle): ApiError {
  return new ApiError({ kind: 'email-obstacle', obstacle: reason });
}
