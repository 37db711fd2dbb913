import { Injectable } from '@nestjs/common';
import { Precondition } from '../../access/precondition.guard';
import { Caller } from '../../auth/caller';
import { ApiError } from '../../common/errors/api-error';
import { EmailCodesService } from '../../two-factor/email-codes/email-codes.service';
import {
  AccountsRepository,
  verifiedAddresses,
} from '../../workspace-data/users/accounts.repository';
import { EMAIL_OFF } from '../../two-factor/email-codes/email-code.problems';
import { EMAIL_ALREADY_ENABLED, NO_VERIFIED_ADDRESS } from './email-enrolment.problems';

/** The service has a mail server, and the caller a verified address but no codes by e-mail yet. */
@Injectable()
export class EmailCodesCanBeEnabled implements Precondition {
  constructor(
    private readonly emailCodes: EmailCodesService,
    private readonly accounts: AccountsRepository,
  ) {}

  /** @throws ApiError email-obstacle off, already-enabled or no-verified-address */
  async check({ id, services }: Caller): Promise<void> {
    if (!this.emailCodes.areOn) throw new ApiError(EMAIL_OFF);
    if (services.email2fa?.enabled === true) throw new ApiError(EMAIL_ALREADY_ENABLED);
    const account = await this.accounts.findById(id);
    if (verifiedAddresses(account?.emails).length === 0) throw new ApiError(NO_VERIFIED_ADDRESS);
  }
}
