import { ApiError } from '../errors/api-error';
import { overloaded, tooManyRequests } from '../errors/common.problems';

/** What a client that is sent away may try again after, in seconds. */
const RETRY_AFTER_SECONDS = 5;

export interface QueueLimits {
  /** How many may work at once. */
  atOnce: number;
  /** How many of one owner may work at once. */
  perOwner: number;
  /** How many of one owner may wait. */
  waitingPerOwner: number;
  /** How many may wait. */
  waiting: number;
  /** After how long, in milliseconds, nobody waits for the outcome any more. */
  patienceMs: number;
}

/** Who wants to work. */
export interface Turn {
  /** Who is to have no more than their share: an address, or a user. */
  owner: string;
  /** Of those who name the same here, whoever owns them, one works at a time. */
  alone?: string;
}

interface Waiting {
  turn: Turn;
  since: number;
  start: () => void;
  refuse: (reason: ApiError) => void;
}

/**
 * Costly work, few at a time. Owners take turns, so that one with much to do does not keep the others waiting. The line
 * is bounded: whoever does not fit in is sent away at once, the owner with the longest line first.
 */
export class FairQueue {
  /** By owner; the owner who was served the longest ago stands first. */
  private readonly lines = new Map<string, Waiting[]>();
  private readonly working = new Map<string, number>();
  private readonly alone = new Set<string>();
  private workingInAll = 0;
  private waitingInAll = 0;

  /** @param now in milliseconds */
  constructor(
    private readonly limits: QueueLimits,
    private readonly now: () => number,
  ) {}

  /**
   * Does the work when its turn has come.
   * @throws ApiError too-many-requests when the owner has too much waiting, overloaded when all together have; whatever
   * the work throws
   */
  async run<T>(turn: Turn, work: () => Promise<T>): Promise<T> {
    if (this.mayWork(turn)) this.begin(turn);
    else await this.wait(turn);
    try {
      return await work();
    } finally {
      this.end(turn);
      this.startNext();
    }
  }

  /** Nobody who waits is overtaken: whoever of them could work has been started. */
  private mayWork({ owner, alone }: Turn): boolean {
    if (this.workingInAll >= this.limits.atOnce) return false;
    if (alone !== undefined && this.alone.has(alone)) return false;
    return (this.working.get(owner) ?? 0) < this.limits.perOwner;
  }

  private begin({ owner, alone }: Turn): void {
    this.workingInAll++;
    this.working.set(owner, (this.working.get(owner) ?? 0) + 1);
    if (alone !== undefined) this.alone.add(alone);
  }

  private end({ owner, alone }: Turn): void {
    this.workingInAll--;
    const left = (this.working.get(owner) ?? 1) - 1;
    if (left > 0) this.working.set(owner, left);
    else this.working.delete(owner);
    if (alone !== undefined) this.alone.delete(alone);
  }

  private wait(turn: Turn): Promise<void> {
    this.makeRoom(turn);
    return new Promise((resolve, reject) => {
      const line = this.lines.get(turn.owner) ?? [];
      line.push({ turn, since: this.now(), start: resolve, refuse: reject });
      this.lines.set(turn.owner, line);
      this.waitingInAll++;
    });
  }

  /** @throws ApiError when there is none for this turn */
  private makeRoom({ owner }: Turn): void {
    const own = this.lines.get(owner)?.length ?? 0;
    if (own >= this.limits.waitingPerOwner)
      throw new ApiError(tooManyRequests(RETRY_AFTER_SECONDS));
    if (this.waitingInAll < this.limits.waiting) return;
    const [longest = []] = [...this.lines.values()].sort((a, b) => b.length - a.length);
    if (longest.length <= own + 1) throw new ApiError(overloaded(RETRY_AFTER_SECONDS));
    longest.pop()?.refuse(new ApiError(tooManyRequests(RETRY_AFTER_SECONDS)));
    this.waitingInAll--;
  }

  private startNext(): void {
    while (this.workingInAll < this.limits.atOnce) {
      const next = this.takeNext();
      if (!next) return;
      if (this.now() - next.since > this.limits.patienceMs) {
        next.refuse(new ApiError(overloaded(RETRY_AFTER_SECONDS)));
        continue;
      }
      this.begin(next.turn);
      next.start();
    }
  }

  /** The first that may work, of the owner whose turn it is. */
  private takeNext(): Waiting | undefined {
    for (const [owner, line] of this.lines) {
      const index = line.findIndex(({ turn }) => this.mayWork(turn));
      const [next] = index < 0 ? [] : line.splice(index, 1);
      if (!next) continue;
      this.waitingInAll--;
      this.lines.delete(owner);
      if (line.length > 0) this.lines.set(owner, line);
      return next;
    }
    return undefined;
  }
}
