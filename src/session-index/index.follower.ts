import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { randomId } from '../common/crypto/random-id';
import { LoginKey } from '../workspace-data/sessions/session-writes';
import { LoginTokensRepository } from '../workspace-data/users/login-tokens.repository';
import { WATCHED, WorkspaceChanges } from '../workspace-data/workspace-changes';
import { ForeignEndings } from '../workspace-data/sessions/foreign-endings';
import { ChangeFeed, HistoryLost } from './change.feed';
import { EndingWatch } from './ending.watch';
import { IndexRecordRepository } from './index-record.repository';
import { IndexRecord, ROW_FORMAT } from './index-record.schema';
import { IndexRebuilder } from './index.rebuilder';
import { IndexStatus } from './index.status';
import { LiveSessionCounter } from './live-session.counter';
import { LiveSessionsRepository } from './live-sessions.repository';
import { loginRowId } from './login-row-id';
import { SessionProjector } from './session.projector';

const BEAT_MS = 2000;
/** Until it can say how far it is: lists do without the index for so much less. */
const FIRST_BEATS_MS = 250;
const PROGRESS = 50_000;
const MAX_CLAIMED = 500;

/** What the tasks of one term tell each other. */
interface Work {
  isBuilt: boolean;
}

/** Somebody else has taken the lease. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Follows the workspace's changes for one term of the lease, and rebuilds the index if its history is lost. */
@Injectable()
export class IndexFollower {
  readonly holder = randomId();
  private readonly logger = new Logger('SessionIndex');

  constructor(
    private readonly records: IndexRecordRepository,
    private readonly rows: LiveSessionsRepository,
    private readonly changes: WorkspaceChanges,
    private readonly projector: SessionProjector,
    private readonly rebuilder: IndexRebuilder,
    private readonly counter: LiveSessionCounter,
    private readonly endings: ForeignEndings,
    private readonly tokens: LoginTokensRepository,
    private readonly clock: Clock,
    private readonly status: IndexStatus,
  ) {}

  /**
   * Until the signal aborts or the lease is lost.
   * @throws what the database throws; the next term resumes behind what has been projected
   */
  async follow(term: number, seen: IndexRecord, signal: AbortSignal): Promise<void> {
    await this.rows.createIndexes();
    const isBuilt = seen.isBuilt && seen.format === ROW_FORMAT;
    let positions = isBuilt ? seen.positions : undefined;
    this.status.isFollowing = true;
    try {
      while (!signal.aborted) {
        try {
          await this.followFrom(positions, term, signal);
        } catch (error) {
          if (error instanceof LeaseLost) return;
          if (!(error instanceof HistoryLost)) throw error;
          this.logger.warn('The changes of the workspace are no longer known: building anew.');
          positions = undefined;
        }
      }
    } finally {
      this.status.isFollowing = false;
      this.status.rows = 0;
    }
  }

  private async followFrom(
    positions: IndexRecord['positions'],
    term: number,
    signal: AbortSignal,
  ): Promise<void> {
    const work: Work = { isBuilt: WATCHED.every((name) => isKnown(positions?.[name])) };
    const isComplete = (time: number | undefined): boolean =>
      work.isBuilt && feeds.every((feed) => feed.hasPassed(time));
    const feeds: ChangeFeed[] = WATCHED.map((name) => {
      const endings = new EndingWatch(this.rows, this.tokens, this.endings, this.clock, isComplete);
      return new ChangeFeed(name, this.changes, this.projector, endings, positions?.[name]);
    });
    const ended = new AbortController();
    const stop = AbortSignal.any([signal, ended.signal]);
    stop.addEventListener('abort', () => {
      for (const feed of feeds) void feed.stop();
    });
    let tasks: Promise<void>[] = [];
    try {
      for (const feed of feeds) await feed.open();
      if (!work.isBuilt) await this.say(term, feeds, work, 0);
      tasks = [
        ...feeds.map((feed) => feed.run()),
        this.beat(term, feeds, work, stop),
        this.tidy(work, stop),
      ];
      if (!work.isBuilt) tasks.push(this.build(work, stop));
      await Promise.all(tasks);
    } finally {
      ended.abort();
      await Promise.allSettled(tasks);
    }
  }

  private async build(work: Work, signal: AbortSignal): Promise<void> {
    this.logger.log('The index of sessions is being built; lists do without it meanwhile.');
    let shown = 0;
    const progress = (done: number): void => {
      this.status.lookedAt = done;
      if (done - shown < PROGRESS) return;
      shown = done;
      this.logger.log(`The index of sessions has ${done} logins so far.`);
    };
    // Their changes are lost, but the old rows tell what ended meanwhile.
    const gone = (stamped: readonly LoginKey[]): Promise<void> => this.endings.report({ stamped });
    await this.rebuilder.run({ progress, gone, signal });
    work.isBuilt = true;
    this.logger.log('The index of sessions is built.');
  }

  /** Says that it lives and how far it is. Nothing slow belongs here: silence means death. */
  private async beat(
    term: number,
    feeds: readonly ChangeFeed[],
    work: Work,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      const now = await this.changes.serverTime();
      const lag = Math.max(...feeds.map((feed) => feed.lagAt(now)));
      await this.say(term, feeds, work, lag);
      await pause(signal, Number.isFinite(lag) ? BEAT_MS : FIRST_BEATS_MS);
    }
  }

  /** Finishes what dead processes have left, and keeps the counts up to date. */
  private async tidy(work: Work, signal: AbortSignal): Promise<void> {
    let claimed = new Set<string>();
    // The one before has perhaps died over its claims; to claim those of the living once more costs them a round.
    if (work.isBuilt) await this.projector.project(await this.rows.findClaimed(MAX_CLAIMED));
    while (!signal.aborted) {
      await pause(signal);
      // A rebuild claims many rows for long, and counts are of no use until it is done.
      if (!work.isBuilt) continue;
      const logins = await this.rows.findClaimed(MAX_CLAIMED);
      await this.projector.project(logins.filter((login) => claimed.has(loginRowId(login))));
      claimed = new Set(logins.map(loginRowId));
      this.status.rows = await this.counter.count();
    }
  }

  private async say(
    term: number,
    feeds: readonly ChangeFeed[],
    { isBuilt }: Work,
    lagSeconds: number,
  ): Promise<void> {
    const positions = Object.fromEntries(feeds.map((feed) => [feed.collection, feed.position]));
    const isHeld = await this.records.beat(this.holder, term, { isBuilt, lagSeconds, positions });
    if (!isHeld) throw new LeaseLost();
    this.status.setBuilt(isBuilt);
    this.status.hear(lagSeconds);
  }
}

function isKnown(position: unknown): boolean {
  return position !== undefined && position !== null;
}

async function pause(signal: AbortSignal, ms = BEAT_MS): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
