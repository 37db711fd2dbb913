import { Injectable } from '@nestjs/common';
import { BackgroundTasks } from '../common/background/background-tasks.service';
import { IndexStatus } from './index.status';
import { ListPosition, PlacedRow, positionAfter } from './list-position';
import { isUpToDate, OwnedLogin } from './live-row';
import { IndexQuery, ListedRow, LiveSessionFinder } from './live-session.finder';
import { SessionOrder } from './session-order';
import { SessionProjector } from './session.projector';

export interface IndexPage {
  rows: OwnedLogin[];
  /** Live sessions that match, on all pages. */
  total: number;
  /** Where the next page begins; undefined behind the last one. */
  next?: ListPosition;
}

/** A page that loses rows because they are no longer live is filled up so often. */
const MAX_ROUNDS = 3;

/** Lists all live sessions from the index. */
@Injectable()
export class SessionIndex {
  constructor(
    private readonly status: IndexStatus,
    private readonly finder: LiveSessionFinder,
    private readonly projector: SessionProjector,
    private readonly background: BackgroundTasks,
  ) {}

  /**
   * One page. Each of its rows is read from the workspace before it is shown, so what is shown is live now.
   * @returns undefined while the index must not be used
   */
  async list(query: IndexQuery): Promise<IndexPage | undefined> {
    if (!this.status.isUsable) return undefined;
    const rows: OwnedLogin[] = [];
    let total: number | undefined;
    let gone = 0;
    let { after, offset } = query;
    for (let round = 1; ; round++) {
      const wanted = query.count - rows.length;
      // One more tells whether there is a next page.
      const found = await this.finder.find({ ...query, after, offset, count: wanted + 1 });
      const page = found.rows.map((row) => ({ rowId: row._id, row }));
      const examined = page.slice(0, wanted);
      const live = await this.liveOf(examined, query.order);
      rows.push(...live);
      gone += examined.length - live.length;
      // A later one no longer has what was gone before, if that is mended by now.
      total ??= found.total;
      after = positionAfter(query.order, examined, after);
      offset = 0;
      const hasMore = page.length > wanted;
      if (!hasMore || rows.length === query.count || round === MAX_ROUNDS) {
        return {
          rows,
          total: Math.max(total - gone, rows.length + (rows.length > 0 ? query.offset : 0)),
          ...(hasMore && after && { next: after }),
        };
      }
    }
  }

  /** The rows that are live, as they are now. The others, and those that have changed, are projected again later. */
  private async liveOf(
    page: readonly (PlacedRow & { row: ListedRow })[],
    order: SessionOrder,
  ): Promise<OwnedLogin[]> {
    if (page.length === 0) return [];
    const current = await this.projector.read(
      page.map(({ row }) => row.token),
      page.map(({ row }) => row.userId),
    );
    const wrong = page.filter(({ rowId, row }) => {
      const login = current.get(rowId);
      return !login || !isUpToDate(row, login, order);
    });
    if (wrong.length > 0) {
      const logins = wrong.map(({ row: { token, userId: owner } }) => ({ token, owner }));
      this.background.run('Mending the index of sessions', () => this.projector.project(logins));
    }
    return page.flatMap(({ rowId }) => current.get(rowId) ?? []);
  }
}
