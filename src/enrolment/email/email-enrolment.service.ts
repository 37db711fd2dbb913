import { Injectable } from '@nestjs/common';
import { Caller } from '../../auth/caller';
import { CallersService } from '../../auth/callers.service';
import { Clock } from '../../common/clock/clock';
import { ApiError } from '../../common/errors/api-error';
import { Client } from '../../common/http/client';
import { SessionLifecycle } from '../../session-lifecycle/session-lifecycle.service';
import { EmailCodesService } from '../../two-factor/email-codes/email-codes.service';
import { SubmittedCode } from '../../two-factor/submitted-code';
import { TwoFactorService } from '../../two-factor/two-factor.service';
import {
  AccountsRepository,
  verifiedAddresses,
} from '../../workspace-data/users/accounts.repository';
import { EmailFactorRepository } from '../../workspace-data/users/email-factor.repository';
import { EMAIL_OFF } from '../../two-factor/email-codes/email-code.problems';
import {
  EMAIL_ALREADY_ENABLED,
  EMAIL_CHANGED,
  EMAIL_NOT_ENABLED,
  NO_VERIFIED_ADDRESS,
} from './email-enrolment.problems';

/**
 * Makes codes by e-mail a second factor of whoever asks, or gives them up. Both demand what the user has so far and end
 * the user's other logins (docs/adr/0011).
 */
@Injectable()
export class EmailEnrolmentService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly callers: CallersService,
    private readonly factor: EmailFactorRepository,
    private readonly emailCodes: EmailCodesService,
    private readonly twoFactor: TwoFactorService,
    private readonly records: SessionLifecycle,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws ApiError email-obstacle; what `requireBeforeEnrolment` throws; not-logged-in when the caller has been logged out
   * a moment ago
   */
  async enable(caller: Caller, shown: SubmittedCode, client: Client): Promise<void> {
    if (!this.emailCodes.areOn) throw new ApiError(EMAIL_OFF);
    if (areEnabled(caller)) throw new ApiError(EMAIL_ALREADY_ENABLED);
    const account = await this.accounts.findById(caller.id);
    if (verifiedAddresses(account?.emails).length === 0) throw new ApiError(NO_VERIFIED_ADDRESS);
    await this.twoFactor.requireBeforeEnrolment(caller, shown, client);
    await this.stamp(caller, await this.factor.enable(caller, this.clock.now()));
  }

  /**
   * @throws ApiError as `enable`
   */
  async disable(caller: Caller, shown: SubmittedCode, client: Client): Promise<void> {
    if (!areEnabled(caller)) throw new ApiError(EMAIL_NOT_ENABLED);
    await this.twoFactor.requireBeforeEnrolment(caller, shown, client);
    await this.stamp(caller, await this.factor.disable(caller, this.clock.now()));
  }

  /** Stamps the records of logins that have just ended. Their tokens have gone with the change itself. */
  private async stamp(caller: Caller, ended: string[] | undefined): Promise<void> {
    if (!ended) {
      await this.callers.demandStillLoggedIn(caller);
      throw new ApiError(EMAIL_CHANGED);
    }
    await this.records.revokeMany(caller.id, ended, caller.id);
  }
}

function areEnabled({ services }: Caller): boolean {
  return services.email2fa?.enabled === true;
}
