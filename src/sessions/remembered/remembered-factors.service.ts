import { Injectable } from '@nestjs/common';
import { note } from '../../audit/request-notes';
import { Clock } from '../../common/clock/clock';
import { ApiError } from '../../common/errors/api-error';
import { Client } from '../../common/http/client';
import { DatabaseConfig } from '../../config/database.config';
import { isLive, newest } from '../../workspace-data/sessions/live-session';
import {
  SessionsRepository,
  WantedSession,
} from '../../workspace-data/sessions/sessions.repository';
import { ownerOf } from '../../workspace-data/sessions/stored-session';
import {
  RememberedFactor,
  RememberedFactorsRepository,
} from '../../workspace-data/users/remembered-factors.repository';
import { PageRequest } from '../dto/page.parameters';
import { SESSION_NOT_FOUND } from '../session.problems';
import { viewUser } from '../session.view';
import { ForgottenView, RememberedListView } from './remembered-factor.shapes';

/** Lists and forgets the second factors that clients need not prove again for a while (contract §6). */
@Injectable()
export class RememberedFactorsService {
  constructor(
    private readonly factors: RememberedFactorsRepository,
    private readonly sessions: SessionsRepository,
    private readonly clock: Clock,
    private readonly database: DatabaseConfig,
  ) {}

  /** One page, the longest remembered first. Two round trips, and a count beside the first if the page is full. */
  async list(page: PageRequest): Promise<RememberedListView> {
    const now = this.clock.now();
    const found = await this.factors.find(now, page, this.database.timeoutMs);
    const { offset, count } = page;
    const isLast = found.length < count && (found.length > 0 || offset === 0);
    const [sessionIds, counted] = await Promise.all([
      this.sessionIdsOf(found),
      isLast ? 0 : this.factors.count(now, this.database.timeoutMs),
    ]);
    return {
      remembered: found.map(({ userId, hashedToken, until, owner }) => ({
        sessionId: sessionIds.get(keyOf(userId, hashedToken)) ?? null,
        userId,
        until,
        _user: viewUser(owner)._user ?? {},
      })),
      // A count of another moment may be too low for the rows shown.
      total: found.length > 0 ? Math.max(counted, offset + found.length) : counted,
      count,
      offset,
    };
  }

  /**
   * The login goes on, and proves its second factor at the next request that needs one. Idempotent.
   * @throws ApiError session-not-found, also if its token is gone
   */
  async forget(sessionId: string, client: Client): Promise<ForgottenView> {
    return this.forgetIn({ sessionId }, client);
  }

  /**
   * As `forget`, of a user's own session.
   * @throws ApiError session-not-found, also if the session is another user's
   */
  async forgetOwn(userId: string, sessionId: string, client: Client): Promise<ForgottenView> {
    return this.forgetIn({ userId, sessionId }, client);
  }

  private async forgetIn(wanted: WantedSession, client: Client): Promise<ForgottenView> {
    const session = newest((await this.sessions.findById(wanted)).filter(isLive));
    if (session?.loginToken === undefined) throw new ApiError(SESSION_NOT_FOUND);
    const owner = ownerOf(session);
    note(client, { userId: owner });
    if (!(await this.factors.forget(owner, session.loginToken))) {
      throw new ApiError(SESSION_NOT_FOUND);
    }
    return { sessionId: wanted.sessionId };
  }

  /** The ids of their live sessions, by user and token. One indexed read. */
  private async sessionIdsOf(factors: readonly RememberedFactor[]): Promise<Map<string, string>> {
    if (factors.length === 0) return new Map();
    const documents = await this.sessions.findNewestOf(
      [...new Set(factors.map(({ userId }) => userId))],
      factors.map(({ hashedToken }) => hashedToken),
      this.database.timeoutMs,
    );
    return new Map(
      documents
        .filter(isLive)
        .map(({ userId = '', loginToken = '', sessionId = '' }) => [
          keyOf(userId, loginToken),
          sessionId,
        ]),
    );
  }
}

function keyOf(userId: string, hashedToken: string): string {
  return JSON.stringify([userId, hashedToken]);
}
