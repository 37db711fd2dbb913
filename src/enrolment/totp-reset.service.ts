import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log';
import { Caller } from '../auth/caller';
import { CallersService } from '../auth/callers.service';
import { ApiError } from '../common/errors/api-error';
import { Client } from '../common/http/client';
import { LoginRecordsService } from '../sessions/login-records.service';
import { StoredTotpService } from '../users/stored-totp.service';
import { UserName, UsersService } from '../users/users.service';

/** Helps somebody who has lost their authenticator and their backup codes. */
@Injectable()
export class TotpResetService {
  constructor(
    private readonly callers: CallersService,
    private readonly users: UsersService,
    private readonly totp: StoredTotpService,
    private readonly records: LoginRecordsService,
    private readonly auditLog: AuditLog,
  ) {}

  /**
   * Takes a user's TOTP away and ends all of their tokens. Harmless when it is repeated: where there is no TOTP, nothing
   * ends.
   * @throws ApiError user-not-found; not-logged-in when it is their own, and they have been logged out a moment ago
   */
  async reset(caller: Caller, name: UserName, from: Client): Promise<void> {
    const id = await this.users.findId(name);
    if (id === undefined) throw new ApiError({ kind: 'user-not-found' });
    await this.auditLog.change({ event: 'totp.reset', by: caller.id, for: id, from }, async () => {
      const ended = await this.totp.reset(id, caller);
      if (!ended && id === caller.id) await this.callers.demandStillLoggedIn(caller);
      await this.records.endAll(id, ended ?? [], caller.id);
    });
  }
}
