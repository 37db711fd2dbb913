import { Injectable } from '@nestjs/common';
import { note } from '../../audit/request-notes';
import { Caller } from '../../auth/caller';
import { loginExpiry } from '../../auth/login-token';
import { ApiError } from '../../common/errors/api-error';
import { Client } from '../../common/http/client';
import { AuthConfig } from '../../config/auth.config';
import { SessionLifecycle } from '../../session-lifecycle/session-lifecycle.service';
import { isPersonalAccessToken } from '../../workspace-data/users/stored-token';
import { UsersRepository } from '../../workspace-data/users/users.repository';
import { INVALID_USER, NO_LOGIN_TO_KEEP } from './logout-everywhere.problems';
import { KeptLoginView, LoggedOutView } from './logout-everywhere.shapes';

const REASON = 'logout-all';

/** Ends all ways in of a user, or all but the caller's own (contract §6). They are closed when a method returns. */
@Injectable()
export class LogoutEverywhereService {
  constructor(
    private readonly users: UsersRepository,
    private readonly lifecycle: SessionLifecycle,
    private readonly config: AuthConfig,
  ) {}

  /**
   * Every token of the user, personal access tokens and the caller's own too.
   * @throws ApiError user-not-found
   */
  async logOut(caller: Caller, userId: string, client: Client): Promise<LoggedOutView> {
    const isKnown = userId === caller.id || (await this.users.findId({ userId })) !== undefined;
    if (!isKnown) throw new ApiError(INVALID_USER);
    note(client, { userId });
    await this.lifecycle.revoke(
      { allOf: userId, personalAccessTokens: true },
      { by: caller.id, reason: REASON, client },
    );
    return { message: `User ${userId} has been logged out!` };
  }

  /**
   * Every other login of the caller; personal access tokens stay.
   * @param sentToken the caller's token as they sent it
   * @throws ApiError no-permission for a personal access token: it is no login that could be left
   */
  async logOutOthers(
    { id, token }: Caller,
    sentToken: string,
    client: Client,
  ): Promise<KeptLoginView> {
    if (isPersonalAccessToken(token)) throw new ApiError(NO_LOGIN_TO_KEEP);
    await this.lifecycle.revoke(
      { othersOf: id, except: token.hashedToken },
      { by: id, reason: REASON, client },
    );
    const tokenExpires = loginExpiry(token, this.config.loginExpirationDays);
    return { token: sentToken, tokenExpires };
  }

  /** Every other token of the caller, personal access tokens too. */
  async removeOthers({ id, token }: Caller, client: Client): Promise<void> {
    await this.lifecycle.revoke(
      { othersOf: id, except: token.hashedToken, personalAccessTokens: true },
      { by: id, reason: REASON, client },
    );
  }
}
