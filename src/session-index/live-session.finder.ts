import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { DatabaseConfig } from '../config/database.config';
import { containing } from '../workspace-data/sessions/live-logins.pipeline';
import { FEW, GramStatistics } from './gram.statistics';
import { OVERFLOW, telling } from './grams';
import { behind, compareRows, isBeyond, ListPosition, PlacedRow } from './list-position';
import { SEARCHED_FIELDS } from './live-row';
import { LiveSessionCounter } from './live-session.counter';
import { LIVE_ROWS, LIVE_SESSIONS_COLLECTION, LiveRow, POSITION_OF } from './live-session.schema';
import { SessionOrder, tieDirection } from './session-order';
import { sortPosition } from './sort-position';

/** `count` rows from `offset`, or behind `after`, of those that contain `filter`. */
export interface IndexQuery {
  filter: string;
  order: SessionOrder;
  offset: number;
  count: number;
  after?: ListPosition | undefined;
}

/** What a list needs of a row: its login, and where it stands in the order. All else is read from the workspace. */
export type ListedRow = Pick<LiveRow, '_id' | 'token' | 'userId' | 'sessionId' | 'document' | 'at'>;

export interface FoundRows {
  rows: ListedRow[];
  total: number;
}

type Filter = mongo.Filter<LiveRow>;

/** Offsets from here on are worth a look at the total first. */
const DEEP = 2000;

/** Reads rows of the index in the order of a list. */
@Injectable()
export class LiveSessionFinder {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly counter: LiveSessionCounter,
    private readonly statistics: GramStatistics,
    private readonly config: DatabaseConfig,
  ) {}

  /** Two reads side by side; with a filter, one for each piece of it before. */
  async find(query: IndexQuery): Promise<FoundRows> {
    if (query.filter !== '') return this.search(query);
    if (query.offset >= DEEP) return this.deepPage(query);
    const [rows, total] = await Promise.all([this.page(query, {}), this.counter.count()]);
    return { rows, total };
  }

  /** The database steps over every row before the page, so a page in the second half is read from the end. */
  private async deepPage(query: IndexQuery): Promise<FoundRows> {
    const total = await this.counter.count();
    const { order, offset, count } = query;
    if (offset < total / 2) return { rows: await this.page(query, {}), total };
    const before = Math.max(0, total - offset - count);
    const length = Math.max(0, total - offset - before);
    if (length === 0) return { rows: [], total };
    const backwards = order.map(([key, direction]) => [key, direction === 1 ? -1 : 1] as const);
    const rows = await this.page({ ...query, order: backwards, offset: before, count: length }, {});
    return { rows: rows.reverse(), total };
  }

  /**
   * A rare piece of the text leads to all rows that contain it. If there is none, the page is found in its order, and the
   * total among the rows of one piece; texts without pieces are looked for in every row.
   */
  private async search(query: IndexQuery): Promise<FoundRows> {
    const matching = containing(query.filter, SEARCHED_FIELDS).$match as Filter;
    const rarest = await this.statistics.rarest(telling(query.filter));
    const candidates: Filter = {
      ...(rarest ? { grams: { $in: [rarest.gram, OVERFLOW] } } : LIVE_ROWS),
      ...matching,
    };
    if (rarest?.isRare) {
      const all = await this.rows
        .find(candidates, this.options)
        .project<ListedRow>(shownIn(query.order))
        .limit(2 * FEW + 1)
        .batchSize(2 * FEW + 2)
        .toArray();
      if (all.length <= 2 * FEW) return cut(all, query);
      this.statistics.markCommon(rarest.gram);
    }
    const [rows, total] = await Promise.all([this.page(query, matching), this.count(candidates)]);
    return { rows, total };
  }

  private async page(
    { order, offset, count, after }: IndexQuery,
    extra: Filter,
  ): Promise<ListedRow[]> {
    const { filter, sort } = order.length === 1 ? byPosition(order, after) : byValues(order, after);
    return this.rows
      .find({ ...filter, ...extra }, this.options)
      .project<ListedRow>(shownIn(order))
      .sort(sort)
      .skip(offset)
      .limit(count)
      .toArray();
  }

  private async count(filter: Filter): Promise<number> {
    const [counted] = await this.rows
      .aggregate<{ total: number }>([{ $match: filter }, { $count: 'total' }], this.options)
      .toArray();
    return counted?.total ?? 0;
  }

  private get options(): { maxTimeMS: number } {
    return { maxTimeMS: this.config.timeoutMs };
  }

  private get rows(): mongo.Collection<LiveRow> {
    return this.connection.collection<LiveRow>(LIVE_SESSIONS_COLLECTION);
  }
}

/** The fields of `ListedRow`, with the values and positions of the order alone. */
function shownIn(order: SessionOrder): Record<string, 1> {
  const shown = ['token', 'userId', 'sessionId', 'document'];
  for (const [key] of order) shown.push(key, `at.${POSITION_OF[key]}`);
  return Object.fromEntries(shown.map((path) => [path, 1]));
}

interface Ordered {
  filter: Filter;
  sort: Record<string, 1 | -1>;
}

/** One index yields the rows of one key in order, from any position, in both directions. */
function byPosition(order: SessionOrder, after: ListPosition | undefined): Ordered {
  const [[key, direction] = ['loginAt', -1] as const] = order;
  const path = `at.${POSITION_OF[key]}`;
  const range: { $gt: string; $lt?: string } = { $gt: '' };
  const last = after && sortPosition(after.values[0], after.sessionId, after.rowId);
  if (last !== undefined) range[direction === 1 ? '$gt' : '$lt'] = last;
  return { filter: { [path]: range }, sort: { [path]: direction } };
}

/** For several keys there is no index: the database sorts all rows. */
function byValues(order: SessionOrder, after: ListPosition | undefined): Ordered {
  const tie = tieDirection(order);
  return {
    // Not beside an `$or` of the filter.
    filter: after
      ? ({ ...(LIVE_ROWS as Filter), $and: [behind(order, after, ['_id', after.rowId])] } as Filter)
      : LIVE_ROWS,
    sort: { ...Object.fromEntries(order), sessionId: tie, _id: tie },
  };
}

function cut(all: ListedRow[], { order, offset, count, after }: IndexQuery): FoundRows {
  const placed = all.map((row): PlacedRow & { row: ListedRow } => ({ rowId: row._id, row }));
  const sorted = placed.sort((a, b) => compareRows(order, a, b));
  const behindIt = after ? sorted.filter((row) => isBeyond(order, row, after)) : sorted;
  const page = behindIt.slice(offset, offset + count);
  return { rows: page.map(({ row }) => row), total: all.length };
}
