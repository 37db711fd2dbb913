import { Injectable } from '@nestjs/common';
import { PipelineStage } from 'mongoose';
import { DatabaseConfig } from '../config/database.config';
import { isSamePosition, PositionOfDocument } from '../session-index/list-cursor';
import { behind, ListPosition, PlacedRow, positionOf } from '../session-index/list-position';
import { keyOf, OwnedLogin, SEARCHED_FIELDS } from '../session-index/live-row';
import { loginRowId } from '../session-index/login-row-id';
import { SessionIndex } from '../session-index/session-index.service';
import { SessionOrder, tieDirection } from '../session-index/session-order';
import {
  containing,
  EACH_LOGIN,
  isTooLongToFilterBy,
  NEWEST_OF_EACH_LOGIN,
} from '../workspace-data/sessions/live-logins.pipeline';
import {
  JOIN_OWNER,
  liveDocuments,
  SHOWN,
} from '../workspace-data/sessions/live-sessions.pipeline';
import { SessionsRepository } from '../workspace-data/sessions/sessions.repository';
import { SessionListRequest } from './dto/session-list.parameters';

/** A live session, one per login. Its `_id` contains the token hash and never leaves the service. */
export type ListedSession = OwnedLogin;

export interface SessionPage {
  rows: ListedSession[];
  /** Live sessions that match, on all pages. */
  total: number;
  /** Where the next page of a walk begins; undefined behind the last one. */
  next?: ListPosition;
}

/** A page by its offset, or the page of a walk behind `after`. */
export type PageRequest = SessionListRequest & { after?: ListPosition | undefined };

const NOTHING: SessionPage = { rows: [], total: 0 };

interface Listing {
  rows: PipelineStage[];
  /** Yields as many rows, but only for counting. */
  counted: PipelineStage[];
  /** Applied to the rows of one page only. */
  ofThePage: PipelineStage[];
}

const OF_OWNERS = '_user.';
const FILTERED_FIELDS = SEARCHED_FIELDS.filter((field) => !field.startsWith(OF_OWNERS));

/**
 * Lists live sessions. All sessions come from the index while it can be used. Otherwise, and for one user, the database
 * folds the documents of a login into the newest, filters, sorts and cuts the page, so that only one page enters this
 * process.
 */
@Injectable()
export class SessionListingService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly index: SessionIndex,
    private readonly config: DatabaseConfig,
  ) {}

  /** A user's own sessions, without the owner. One round trip, and a count behind it unless the page tells the total. */
  async listOf(userId: string, request: PageRequest): Promise<SessionPage> {
    if (isTooLongToFilterBy(request.filter)) return NOTHING;
    const rows = [liveDocuments({ userId }), ...NEWEST_OF_EACH_LOGIN];
    if (request.filter !== '') rows.push(containing(request.filter, FILTERED_FIELDS));
    const page = await this.page({ rows, ofThePage: [] }, request);
    const total = endOf(page.rows, request) ?? (await this.count(rows));
    return { ...page, total: atLeast(page.rows, request, total) };
  }

  /** All sessions with their owners. */
  async listAll(request: PageRequest): Promise<SessionPage> {
    if (isTooLongToFilterBy(request.filter)) return NOTHING;
    return (await this.index.list(request)) ?? this.aggregateAll(request);
  }

  /**
   * Where a document stands in the list of all, or of one owner. One indexed read.
   * @returns undefined if it, or its owner's name, has changed since the position was written
   */
  async positionOf(
    place: PositionOfDocument,
    order: SessionOrder,
    owner?: string,
  ): Promise<ListPosition | undefined> {
    const [row] = await this.run<ListedSession>([
      { $match: { _id: place.document, ...(owner !== undefined && { userId: owner }) } },
      ...NEWEST_OF_EACH_LOGIN,
      ...(owner === undefined ? JOIN_OWNER : []),
      SHOWN,
    ]);
    const position = row && positionOf(order, placed(row));
    return position && isSamePosition(position, place) ? position : undefined;
  }

  /** Reads every session document. Two parallel round trips. */
  private async aggregateAll(request: PageRequest): Promise<SessionPage> {
    const listing = listingOfAll(request);
    const [page, counted] = await Promise.all([
      this.page(listing, request),
      this.count(listing.counted),
    ]);
    const total = endOf(page.rows, request) ?? atLeast(page.rows, request, counted);
    return { ...page, total };
  }

  private async page(
    { rows, ofThePage }: Pick<Listing, 'rows' | 'ofThePage'>,
    { offset, count, order, after }: PageRequest,
  ): Promise<Omit<SessionPage, 'total'>> {
    const tie = tieDirection(order);
    const found = await this.run<ListedSession>([
      ...rows,
      ...(after ? [{ $match: behind(order, after, ['document', after.document]) }] : []),
      // A total order: the session id breaks ties, and the document breaks those of two logins with the same id.
      { $sort: { ...Object.fromEntries(order), sessionId: tie, document: tie } },
      { $skip: offset },
      // One more tells whether there is a next page, and one may have been shown.
      { $limit: count + (after ? 2 : 1) },
      ...ofThePage,
      SHOWN,
    ]);
    // The login before may have got another document meanwhile, and would come again.
    const unshown = found.filter((row) => placed(row).rowId !== after?.rowId);
    const page = unshown.slice(0, count);
    const last = unshown.length > count ? page.at(-1) : undefined;
    return { rows: page, ...(last && { next: positionOf(order, placed(last)) }) };
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
function listingOfAll({ filter, order }: PageRequest): Listing {
  const documents = liveDocuments({});
  const rows = [documents, ...NEWEST_OF_EACH_LOGIN];
  if (filter !== '') {
    const matching = [...rows, ...JOIN_OWNER, containing(filter, SEARCHED_FIELDS)];
    return { rows: matching, counted: matching, ofThePage: [] };
  }
  const counted = [documents, EACH_LOGIN];
  if (order.some(([key]) => key.startsWith(OF_OWNERS))) {
    return { rows: [...rows, ...JOIN_OWNER], counted, ofThePage: [] };
  }
  return { rows, counted, ofThePage: JOIN_OWNER };
}

function placed(row: ListedSession): PlacedRow {
  return { rowId: loginRowId(keyOf(row)), row };
}

/** The total, if the page shows it: the page is not full and not beyond the end, and no walk has passed others. */
function endOf(page: ListedSession[], { offset, count, after }: PageRequest): number | undefined {
  const isLast = page.length < count && (page.length > 0 || offset === 0);
  return isLast && !after ? offset + page.length : undefined;
}

/** The count ran at another moment than the page, so it may be too low for the rows shown. */
function atLeast(page: ListedSession[], { offset }: PageRequest, counted: number): number {
  return page.length > 0 ? Math.max(counted, offset + page.length) : counted;
}
