import { Injectable } from '@nestjs/common';
import { PipelineStage } from 'mongoose';
import { DatabaseConfig } from '../config/database.config';
import { UserProfile } from '../workspace-data/users/users.repository';
import { SessionListRequest } from './dto/session-list.parameters';
import {
  containing,
  EACH_LOGIN,
  JOIN_OWNER,
  liveDocuments,
  NEWEST_OF_EACH_LOGIN,
  SHOWN,
} from './live-sessions.pipeline';
import { SessionsRepository } from '../workspace-data/sessions/sessions.repository';
import { StoredSession } from '../workspace-data/sessions/stored-session';

/** A live session, one per login. Its `_id` contains the token hash and never leaves the service. */
export interface ListedSession extends StoredSession {
  _id: { token: string };
  sessionId: string;
  _user?: UserProfile;
}

export interface SessionPage {
  rows: ListedSession[];
  /** Live sessions that match, on all pages. */
  total: number;
}

/** Longer than any field searched, and than the pattern that a database compiles once per field. */
const LONGEST_FILTER = 1000;
const NOTHING: SessionPage = { rows: [], total: 0 };

interface Listing {
  rows: PipelineStage[];
  /** Yields as many rows, but only for counting. */
  counted: PipelineStage[];
  /** Applied to the rows of one page only. */
  ofThePage: PipelineStage[];
}

const FILTERED_FIELDS = [
  'device.name',
  'device.type',
  'device.os.name',
  'sessionId',
  'userId',
  'ip',
  'host',
];
const FILTERED_OWNER_FIELDS = ['_user.username', '_user.name'];

/**
 * Lists live sessions. The database folds the documents of a login into the newest, filters, sorts and cuts the page,
 * so that only one page enters this process.
 */
@Injectable()
export class SessionListingService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly config: DatabaseConfig,
  ) {}

  /** A user's own sessions, without the owner. One round trip, and a second one if the page is full. */
  async listOf(userId: string, request: SessionListRequest): Promise<SessionPage> {
    if (request.filter.length > LONGEST_FILTER) return NOTHING;
    const rows = [liveDocuments({ userId }), ...NEWEST_OF_EACH_LOGIN];
    if (request.filter !== '') rows.push(containing(request.filter, FILTERED_FIELDS));
    const page = await this.page({ rows, ofThePage: [] }, request);
    const total = endOf(page, request) ?? (await this.count(rows));
    return { rows: page, total: atLeast(page, request, total) };
  }

  /** All sessions with their owners. Two parallel round trips. */
  async listAll(request: SessionListRequest): Promise<SessionPage> {
    if (request.filter.length > LONGEST_FILTER) return NOTHING;
    const listing = listingOfAll(request);
    const [page, counted] = await Promise.all([
      this.page(listing, request),
      this.count(listing.counted),
    ]);
    return { rows: page, total: endOf(page, request) ?? atLeast(page, request, counted) };
  }

  private async page(
    { rows, ofThePage }: Pick<Listing, 'rows' | 'ofThePage'>,
    { offset, count, order }: SessionListRequest,
  ): Promise<ListedSession[]> {
    return this.run<ListedSession>([
      ...rows,
      // A total order: the session id breaks ties, and the token breaks those of two logins with the same id.
      { $sort: { ...Object.fromEntries(order), sessionId: 1, _id: 1 } },
      { $skip: offset },
      { $limit: count },
      ...ofThePage,
      SHOWN,
    ]);
  }

  private async count(rows: PipelineStage[]): Promise<number> {
    const [counted] = await this.run<{ total: number }>([...rows, { $count: 'total' }]);
    return counted?.total ?? 0;
  }

  private async run<Row>(stages: PipelineStage[]): Promise<Row[]> {
    return this.sessions.aggregate<Row>(stages, this.config.timeoutMs);
  }
}

/** Joins owners to all sessions only if they affect the filter or the order, otherwise to the page alone. */
function listingOfAll({ filter, order }: SessionListRequest): Listing {
  const documents = liveDocuments({});
  const rows = [documents, ...NEWEST_OF_EACH_LOGIN];
  if (filter !== '') {
    const fields = [...FILTERED_FIELDS, ...FILTERED_OWNER_FIELDS];
    const matching = [...rows, ...JOIN_OWNER, containing(filter, fields)];
    return { rows: matching, counted: matching, ofThePage: [] };
  }
  const counted = [documents, EACH_LOGIN];
  if (order.some(([key]) => key.startsWith('_user.'))) {
    return { rows: [...rows, ...JOIN_OWNER], counted, ofThePage: [] };
  }
  return { rows, counted, ofThePage: JOIN_OWNER };
}

/** The total, if the page shows it: the page is not full and not beyond the end. */
function endOf(page: ListedSession[], { offset, count }: SessionListRequest): number | undefined {
  const isLast = page.length < count && (page.length > 0 || offset === 0);
  return isLast ? offset + page.length : undefined;
}

/** The count ran at another moment than the page, so it may be too low for the rows shown. */
function atLeast(page: ListedSession[], { offset }: SessionListRequest, counted: number): number {
  return page.length > 0 ? Math.max(counted, offset + page.length) : counted;
}
