import { Injectable } from '@nestjs/common';
import { Caller } from '../../auth/caller';
import { CallersService } from '../../auth/callers.service';
import { Clock } from '../../common/clock/clock';
import { ApiError } from '../../common/errors/api-error';
import { Client } from '../../common/http/client';
import { SessionLifecycle } from '../../session-lifecycle/session-lifecycle.service';
import { StoredToken } from '../../workspace-data/users/stored-token';
import { EmailFactorRepository } from '../../workspace-data/users/email-factor.repository';
import { EMAIL_CHANGED } from './email-enrolment.problems';

/**
 * Enables and disables codes by e-mail; both revoke the user's other logins (docs/adr/0011). The routes require the
 * step-up.
 */
@Injectable()
export class EmailEnrolmentService {
  constructor(
    private readonly callers: CallersService,
    private readonly factor: EmailFactorRepository,
    private readonly lifecycle: SessionLifecycle,
    private readonly clock: Clock,
  ) {}

  /** @throws ApiError email-obstacle changed; not-logged-in if the caller has just been logged out */
  async enable(caller: Caller, client: Client): Promise<void> {
    await this.complete(caller, await this.factor.enable(caller, this.clock.now()), client);
  }

  /** @throws ApiError as `enable` */
  async disable(caller: Caller, client: Client): Promise<void> {
    await this.complete(caller, await this.factor.disable(caller, this.clock.now()), client);
  }

  /** @param ended the tokens that the change has revoked; undefined if nothing changed */
  private async complete(
    caller: Caller,
    ended: StoredToken[] | undefined,
    client: Client,
  ): Promise<void> {
    if (!ended) {
      await this.callers.requireStillLoggedIn(caller);
      throw new ApiError(EMAIL_CHANGED);
    }
    const revocation = { by: caller.id, reason: 'factor-changed', client } as const;
    await this.lifecycle.recordRevoked(caller.id, ended, revocation);
  }
}
