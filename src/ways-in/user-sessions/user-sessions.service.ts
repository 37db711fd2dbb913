import { Injectable } from '@nestjs/common';
import { note } from '../../audit/request-notes';
import { Clock } from '../../common/clock/clock';
import { ApiError } from '../../common/errors/api-error';
import { Client } from '../../common/http/client';
import { ListedSession, SessionListingService } from '../../sessions/session-listing.service';
import { parseOrder } from '../../sessions/session-order';
import { viewSession } from '../../sessions/session.view';
import { isPersonalAccessToken } from '../../workspace-data/users/stored-token';
import { USER_NOT_FOUND } from '../../workspace-data/users/user.problems';
import {
  TokenHolder,
  UserTokensRepository,
} from '../../workspace-data/users/user-tokens.repository';
import { UserName } from '../../workspace-data/users/users.repository';
import { TokenUsesRepository } from '../token-uses/token-uses.repository';
import { UserSessionsView } from './user-sessions.shapes';
import { rememberedAmong, viewUsedAccessToken, viewUser } from './user-sessions.view';

/** Bounds the answer. A user beyond it has that many live logins, and `sessions/list.all` pages through them. */
export const MAX_SESSIONS = 1000;

const NEWEST = { offset: 0, count: MAX_SESSIONS, filter: '', order: parseOrder(undefined) };

/** Shows every way in of one user (contract §6). */
@Injectable()
export class UserSessionsService {
  constructor(
    private readonly users: UserTokensRepository,
    private readonly listing: SessionListingService,
    private readonly uses: TokenUsesRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Two round trips: the user, then the sessions and, if there are access tokens, their uses.
   * @throws ApiError user-not-found
   */
  async find(name: UserName, client: Client): Promise<UserSessionsView> {
    const user = await this.users.find(name);
    if (!user) throw new ApiError(USER_NOT_FOUND);
    note(client, { userId: user.id, username: user.username });
    const accessTokens = user.tokens.filter(isPersonalAccessToken);
    const [{ rows }, lastUses] = await Promise.all([
      this.listing.listOf(user.id, NEWEST),
      this.uses.findLast(accessTokens.map(({ hashedToken }) => hashedToken)),
    ]);
    return {
      user: viewUser(user),
      sessions: rows.map((row) => viewSession(row.sessionId, row, user)),
      personalAccessTokens: accessTokens.map((token) =>
        viewUsedAccessToken(token, lastUses.get(token.hashedToken)),
      ),
      remembered: this.rememberedOf(user, rows),
    };
  }

  private rememberedOf(
    { tokens }: TokenHolder,
    rows: readonly ListedSession[],
  ): UserSessionsView['remembered'] {
    const sessionIds = new Map(rows.map(({ _id, sessionId }) => [_id.token, sessionId]));
    return rememberedAmong(tokens, this.clock.now()).map(({ hashedToken, until }) => ({
      sessionId: sessionIds.get(hashedToken) ?? null,
      until,
    }));
  }
}
