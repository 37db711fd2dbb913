import { Injectable } from '@nestjs/common';
import { Caller } from '../../auth/caller';
import { CallersService } from '../../auth/callers.service';
import { Clock } from '../../common/clock/clock';
import { ApiError, EmailObstacle } from '../../common/errors/api-error';
import { Client } from '../../common/http/client';
import { SessionLifecycle } from '../../session-lifecycle/session-lifecycle.service';
import { EmailCodesService } from '../../two-factor/email-codes/email-codes.service';
import { SubmittedCode } from '../../two-factor/submitted-code';
import { TwoFactorService } from '../../two-factor/two-factor.service';
import {
  AccountsRepository,
  verifiedAddresses,
} from '../../workspace-data/users/accounts.repository';
import { StoredToken } from '../../workspace-data/users/stored-token';
import { EmailFactorRepository } from '../../workspace-data/users/email-factor.repository';

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
    private readonly lifecycle: SessionLifecycle,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws ApiError email-obstacle; what `requireBeforeEnrolment` throws; not-logged-in when the caller has been logged out
   * a moment ago
   */
  async enable(caller: Caller, shown: SubmittedCode, client: Client): Promise<void> {
    if (!this.emailCodes.areOn) throw obstacle('off');
    if (areEnabled(caller)) throw obstacle('already-enabled');
    const account = await this.accounts.findById(caller.id);
    if (verifiedAddresses(account?.emails).length === 0) throw obstacle('no-verified-address');
    await this.twoFactor.requireBeforeEnrolment(caller, shown, client);
    await this.complete(caller, await this.factor.enable(caller, this.clock.now()));
  }

  /**
   * @throws ApiError as `enable`
   */
  async disable(caller: Caller, shown: SubmittedCode, client: Client): Promise<void> {
    if (!areEnabled(caller)) throw obstacle('not-enabled');
    await this.twoFactor.requireBeforeEnrolment(caller, shown, client);
    await this.complete(caller, await this.factor.disable(caller, this.clock.now()));
  }

  /** Tells of logins that the change itself has revoked. @param ended their tokens; undefined when nothing changed */
  private async complete(caller: Caller, ended: StoredToken[] | undefined): Promise<void> {
    if (!ended) {
      await this.callers.demandStillLoggedIn(caller);
      throw obstacle('changed');
    }
    const revocation = { by: caller.id, reason: 'factor-changed' } as const;
    await this.lifecycle.recordRevoked(caller.id, ended, revocation);
  }
}

function areEnabled({ services }: Caller): boolean {
  return services.email2fa?.enabled === true;
}

function obstacle(reason: EmailObstacle): ApiError {
  return new ApiError({ kind: 'email-obstacle', obstacle: reason });
}
