import { once, EventEmitter } from 'node:events';
import { mongo } from 'mongoose';
import {
  Change,
  changedLogins,
  timeOf,
  WatchedCollection,
  WorkspaceChanges,
} from '../workspace-data/workspace-changes';
import { ChangedSessions } from '../workspace-data/sessions/session-writes';
import { EndingWatch } from './ending.watch';
import { SessionProjector } from './session.projector';

/** Between two answers of the database without a change. */
const AWAIT_MS = 500;
const BATCH = 300;
const MOST_WAITING = 2000;
/** So recently at the end of the stream counts as caught up. */
const CURRENT_MS = 3000;

/** The stream cannot be resumed, or the collection is another one: only a rebuild helps. */
export class HistoryLost extends Error {
  override readonly name = 'HistoryLost';
}

interface Received {
  change: Change;
  position: unknown;
  /** By the clock of this process. */
  at: number;
}

/** Projects the changes of one collection, in their order. */
export class ChangeFeed {
  private readonly stream: mongo.ChangeStream;
  private readonly waiting: Received[] = [];
  private readonly events = new EventEmitter();
  private isWorking = false;
  private isStopped = false;
  private currentAt = -Infinity;
  private lastTime: number | undefined;
  private reached: unknown;

  /** @param from the position to resume at; undefined: from now on */
  constructor(
    readonly collection: WatchedCollection,
    changes: WorkspaceChanges,
    private readonly projector: SessionProjector,
    private readonly endings: EndingWatch,
    from: unknown,
  ) {
    this.reached = from;
    this.stream = changes.watch(collection, from, AWAIT_MS);
  }

  /** Everything before it is in the index, and what ended has its ending; undefined while it is unknown. */
  get position(): unknown {
    const { heldBack } = this.endings;
    return heldBack ? heldBack.before : this.reached;
  }

  /** Whether all changes until then are in the index. @param time of the database in seconds; undefined: it tells none */
  hasPassed(time: number | undefined): boolean {
    return this.isCurrent || (time ?? Infinity) < (this.lastTime ?? -Infinity);
  }

  /**
   * In seconds. Some engines' time stands still while nothing is written, so what waits here counts too.
   * @param serverTime the time of the database in seconds
   */
  lagAt(serverTime: number | undefined): number {
    if (this.isCurrent) return 0;
    const now = performance.now();
    if (serverTime === undefined || this.lastTime === undefined) {
      return (now - this.currentAt) / 1000;
    }
    const waited = (now - (this.waiting[0]?.at ?? now)) / 1000;
    return Math.max(waited, serverTime - this.lastTime);
  }

  /** Resolves when no later change can be missed. @throws HistoryLost */
  async open(): Promise<void> {
    let first: unknown;
    this.stream.once(mongo.ChangeStream.RESUME_TOKEN_CHANGED, (token) => (first = token));
    await this.receive();
    // Of the stream as it was opened, unless a change has come with it: that one's position lies behind the change.
    if (first !== this.stream.resumeToken) this.reached ??= first;
  }

  /** Until it is stopped. @throws HistoryLost, or what the database throws */
  async run(): Promise<void> {
    await Promise.all([this.receiveAll(), this.projectAll()]);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.events.emit('change');
    this.events.emit('room');
    await this.stream.close().catch(() => undefined);
  }

  private get isCurrent(): boolean {
    return performance.now() - this.currentAt <= CURRENT_MS;
  }

  private async receiveAll(): Promise<void> {
    try {
      while (!this.isStopped) {
        if (this.waiting.length < MOST_WAITING) await this.receive();
        else await once(this.events, 'room');
      }
    } finally {
      this.isStopped = true;
      this.events.emit('change');
    }
  }

  private async receive(): Promise<void> {
    try {
      const change = await this.stream.tryNext();
      if (change) {
        this.waiting.push({ change, position: change._id, at: performance.now() });
        this.events.emit('change');
      } else if (this.waiting.length === 0 && !this.isWorking) {
        this.currentAt = performance.now();
        this.reached = this.stream.resumeToken;
        if (this.endings.isDue) this.events.emit('change');
      }
    } catch (error) {
      if (!this.isStopped) throw isHistoryLost(error) ? new HistoryLost() : error;
    }
  }

  private async projectAll(): Promise<void> {
    try {
      while (!this.isStopped) {
        await this.endings.examine(() => this.isStopped);
        const batch = this.waiting.slice(0, BATCH);
        const last = batch.at(-1);
        if (!last) {
          await this.changeOrStop();
          continue;
        }
        this.isWorking = true;
        const changes = batch.map(({ change }) => change);
        await this.projector.projectChanged(together(changes));
        await this.endings.see(changes, this.reached);
        this.waiting.splice(0, batch.length);
        this.lastTime = timeOf(last.change) ?? this.lastTime;
        this.reached = last.position;
        this.isWorking = false;
        this.events.emit('room');
      }
    } finally {
      this.isStopped = true;
      this.events.emit('room');
    }
  }

  /** Once it is stopped, no event comes any more. */
  private async changeOrStop(): Promise<void> {
    if (!this.isStopped) await once(this.events, 'change');
  }
}

/** @throws HistoryLost if the collection was dropped or renamed */
function together(changes: readonly Change[]): ChangedSessions {
  const all = changes.map(changedLogins);
  return {
    logins: all.flatMap((one) => known(one).logins ?? []),
    owners: all.flatMap((one) => known(one).owners ?? []),
    documents: all.flatMap((one) => known(one).documents ?? []),
    removed: all.flatMap((one) => known(one).removed ?? []),
  };
}

function known(changed: ChangedSessions | undefined): ChangedSessions {
  if (!changed) throw new HistoryLost();
  return changed;
}

/**
 * ChangeStreamHistoryLost, ChangeStreamFatalError, a token of another cluster, and BSONObjectTooLarge: a change that the
 * database cannot send, at whose position every later stream would fail too.
 */
const LOST = [286, 280, 260, 10334];

function isHistoryLost(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && LOST.includes(Number(error.code));
}
