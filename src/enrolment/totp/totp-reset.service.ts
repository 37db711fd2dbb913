import { Injectable } from '@nestjs/common';
import { note } from '../../audit/request-notes';
import { Caller } from '../../auth/caller';
import { CallersService } from '../../auth/callers.service';
import { ApiError } from '../../common/errors/api-error';
import { Client } from '../../common/http/client';
import { SessionLifecycle } from '../../session-lifecycle/session-lifecycle.service';
import { TotpRepository } from '../../workspace-data/users/totp.repository';
import { UserName, UsersRepository } from '../../workspace-data/users/users.repository';
import { USER_NOT_FOUND } from '../../workspace-data/users/user.problems';

/** For users who have lost their authenticator and their backup codes. */
@Injectable()
export class TotpResetService {
  constructor(
    private readonly callers: CallersService,
    private readonly users: UsersRepository,
    private readonly totp: TotpRepository,
    private readonly lifecycle: SessionLifecycle,
  ) {}

  /**
   * Removes the TOTP of a user and revokes all their tokens. Idempotent: without TOTP, nothing is revoked.
   * @throws ApiError user-not-found; not-logged-in if it is their own and they have just been logged out
   */
  async reset(caller: Caller, name: UserName, client: Client): Promise<void> {
    const id = await this.users.findId(name);
    if (id === undefined) throw new ApiError(USER_NOT_FOUND);
    note(client, { userId: id });
    const ended = await this.totp.reset(id, caller);
    if (!ended && id === caller.id) await this.callers.requireStillLoggedIn(caller);
    const revocation = { by: caller.id, reason: 'factor-reset', client } as const;
    await this.lifecycle.recordRevoked(id, ended ?? [], revocation);
  }
}
