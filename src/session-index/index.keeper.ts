import { setTimeout as wait } from 'node:timers/promises';
import {
  Injectable,
  Logger,
  OnApplicationBootstrap,
  OnModuleDestroy,
  OnModuleInit,
} from '@nestjs/common';
import { BackgroundTasks } from '../common/background/background-tasks.service';
import { DatabaseConfig } from '../config/database.config';
import { SessionIndexConfig } from '../config/session-index.config';
import { ChangedSessions, SessionWrites } from '../workspace-data/sessions/session-writes';
import { refusalOfChanges } from '../workspace-data/workspace-changes';
import { IndexRecordRepository } from './index-record.repository';
import { IndexRecord, ROW_FORMAT } from './index-record.schema';
import { IndexFollower } from './index.follower';
import { IndexRebuilder } from './index.rebuilder';
import { IndexStatus } from './index.status';
import { LiveSessionsRepository } from './live-sessions.repository';
import { SessionProjector } from './session.projector';

/** How often a process looks whether the follower lives. */
const LOOK_MS = 2000;
/** A follower that has been silent so long is taken for dead. */
const SILENCE_MS = 6000;
/** Until a database that refused is tried again: somebody may have granted the right. */
const REFUSED_MS = 5 * 60_000;
const WARNING_INTERVAL_MS = 60_000;

/**
 * Keeps the index of this process's lists. On the embedded database nobody else writes, so our own writes keep it; in an
 * attached workspace one process follows the changes of all, and the others watch it.
 */
@Injectable()
export class IndexKeeper implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('SessionIndex');
  private readonly stopping = new AbortController();
  private working: Promise<void> = Promise.resolve();
  private heard: { beat: number; said: number; at: number } | undefined;
  private isRebuilding = false;
  private warnedAt = -Infinity;
  private refusedAt = -Infinity;
  /** Whether a write that this process could not keep came during a rebuild. */
  private isIncomplete = false;

  constructor(
    private readonly config: SessionIndexConfig,
    private readonly database: DatabaseConfig,
    private readonly writes: SessionWrites,
    private readonly projector: SessionProjector,
    private readonly rows: LiveSessionsRepository,
    private readonly records: IndexRecordRepository,
    private readonly rebuilder: IndexRebuilder,
    private readonly follower: IndexFollower,
    private readonly status: IndexStatus,
    private readonly background: BackgroundTasks,
  ) {}

  onModuleInit(): void {
    if (this.config.mode === 'off') return;
    this.status.isOn = true;
    this.status.isAlone = this.database.uri === undefined;
    this.writes.watch((changed) => this.keep(changed));
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.mode === 'off') return;
    if (!this.status.isAlone) {
      this.working = this.watch();
      return;
    }
    // What the last run of the process left may be out of date: nobody has kept it since.
    await this.rows.clear();
    await this.rows.createIndexes();
    this.rebuild();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.working;
  }

  /** The write has happened: a failure here must not fail its request. */
  private async keep(changed: ChangedSessions): Promise<void> {
    if (!this.status.isKept) return;
    try {
      await this.projector.projectChanged(changed);
    } catch (error) {
      this.logger.warn(`Keeping the index of sessions failed: ${nameOf(error)}`);
      // In an attached workspace, the follower sees the change too.
      if (this.status.isAlone) this.rebuild();
    }
  }

  /** On the embedded database. */
  private rebuild(): void {
    this.status.setBuilt(false);
    this.isIncomplete = true;
    if (this.isRebuilding) return;
    this.isRebuilding = true;
    this.background.run('Building the index of sessions', () => this.rebuildAlone());
  }

  private async rebuildAlone(): Promise<void> {
    const { signal } = this.stopping;
    const progress = (done: number): void => {
      this.status.lookedAt = done;
    };
    while (this.isIncomplete && !this.isStopping()) {
      this.isIncomplete = false;
      try {
        await this.rebuilder.run({ progress, signal });
      } catch (error) {
        this.isIncomplete = true;
        if (this.isStopping()) break;
        this.warn('Building the index of sessions', error);
        await this.pause(LOOK_MS);
      }
    }
    this.isRebuilding = false;
    this.status.setBuilt(!this.isIncomplete);
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async watch(): Promise<void> {
    while (!this.isStopping()) {
      await this.lookAndFollow();
      await this.pause(LOOK_MS);
    }
  }

  private async lookAndFollow(): Promise<void> {
    try {
      const seen = await this.look();
      if (this.mayTake(seen)) await this.follow(seen);
    } catch (error) {
      const refusal = refusalOfChanges(error);
      if (refusal) this.doWithout(refusal);
      else if (!this.isStopping()) this.warn("Following the workspace's changes", error);
    }
  }

  private async look(): Promise<IndexRecord> {
    const seen = await this.records.read();
    const at = performance.now();
    // Whoever takes the lease beats once with it, and has said nothing of the index yet.
    const said = seen.beat - seen.term;
    if (this.heard && this.heard.said !== said && seen.holder !== null) {
      this.status.hear(seen.lagSeconds);
    }
    if (this.heard?.beat !== seen.beat) this.heard = { beat: seen.beat, said, at };
    this.status.setBuilt(seen.isBuilt && seen.format === ROW_FORMAT);
    return seen;
  }

  /** Clocks of two machines may differ: what counts is how long this process has seen no sign of life. */
  private mayTake({ holder }: IndexRecord): boolean {
    const now = performance.now();
    if (now - this.refusedAt < REFUSED_MS) return false;
    const silence = now - (this.heard?.at ?? 0);
    return holder === null || silence >= SILENCE_MS;
  }

  private async follow(seen: IndexRecord): Promise<void> {
    const { holder } = this.follower;
    const term = await this.records.take(holder, seen);
    if (term === undefined) return;
    try {
      await this.follower.follow(term, seen, this.stopping.signal);
    } finally {
      this.heard = undefined;
      await this.records.release(holder, term).catch(() => undefined);
    }
  }

  /** A database that is away fails every two seconds. */
  private warn(what: string, error: unknown): void {
    const now = performance.now();
    if (now - this.warnedAt < WARNING_INTERVAL_MS) return;
    this.warnedAt = now;
    this.logger.warn(`${what} failed: ${nameOf(error)}`);
  }

  /** Warns once, however often it is refused. */
  private doWithout(refusal: 'unsupported' | 'forbidden'): void {
    const isKnown = this.status.state === 'refused';
    this.refusedAt = performance.now();
    this.status.refuse();
    if (isKnown) return;
    const reason =
      refusal === 'forbidden'
        ? 'its user lacks the right changeStream or find on users or rocketchat_sessions'
        : 'it is no replica set, or has no change streams';
    this.logger.warn(
      `Lists of all sessions are read without an index, which is slow for many sessions: the database cannot be followed, ${reason}.`,
    );
  }

  private async pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

/** The message may hold user data. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
