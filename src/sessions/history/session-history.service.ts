import { Injectable } from '@nestjs/common';
import { Caller } from '../../auth/caller';
import { Clock } from '../../common/clock/clock';
import { later } from '../../common/clock/later';
import { CursorPosition, isMomentAndId, readCursor, writeCursor } from '../../common/paging/cursor';
import { DatabaseConfig } from '../../config/database.config';
import { HistoryConfig } from '../../config/history.config';
import {
  EndedSession,
  HistoryPosition,
  SessionHistoryRepository,
} from '../../session-lifecycle/session-history.repository';
import { UsersRepository } from '../../workspace-data/users/users.repository';
import { SessionHistoryParameters } from '../dto/session-history.parameters';
import { usersIn, viewEndedSession } from './ended-session.view';
import { SessionHistoryView } from './session-history.shapes';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Shows which sessions have ended, by whom and why (contract §6). */
@Injectable()
export class SessionHistoryService {
  constructor(
    private readonly history: SessionHistoryRepository,
    private readonly users: UsersRepository,
    private readonly clock: Clock,
    private readonly config: HistoryConfig,
    private readonly database: DatabaseConfig,
  ) {}

  /**
   * One page, newest first. Two indexed reads, and none without a history.
   * @throws ApiError invalid-cursor
   */
  async list(parameters: SessionHistoryParameters, caller: Caller): Promise<SessionHistoryView> {
    const { limit: count } = parameters;
    const behind = positionIn(readCursor(caller.clientSecret, parameters));
    if (this.config.days === 0) return { sessions: [], count, nextCursor: null };
    // One more than shown tells whether there is a next page.
    const found = await this.find(parameters, behind, count + 1);
    const page = found.slice(0, count);
    const last = found.length > count ? page.at(-1) : undefined;
    const profiles = await this.users.findProfiles(usersIn(page));
    return {
      sessions: page.map((ending) => viewEndedSession(ending, profiles)),
      count,
      nextCursor: last
        ? writeCursor(caller.clientSecret, parameters.cursorScope, placeOf(last))
        : null,
    };
  }

  /** The limit is shorter than the documents' own time when the operator has lowered it since they were written. */
  private find(
    { userId, endedBy, reason, after, before }: SessionHistoryParameters,
    behind: HistoryPosition | undefined,
    limit: number,
  ): Promise<EndedSession[]> {
    const first = later(this.clock.now(), -this.config.days * DAY_MS);
    const from = after && after > first ? after : first;
    const filter = { userId, endedBy, reason, from, until: before };
    return this.history.find(filter, behind, limit, this.database.timeoutMs);
  }
}

function placeOf({ endedAt, _id }: EndedSession): [endedAt: number, id: string] {
  return [endedAt.getTime(), _id];
}

function positionIn(position: CursorPosition | undefined): HistoryPosition | undefined {
  if (!position || !isMomentAndId(position)) return undefined;
  const [endedAt, id] = position;
  return { endedAt: new Date(endedAt), id };
}
