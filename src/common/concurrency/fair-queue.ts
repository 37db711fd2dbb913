import { ApiError } from '../errors/api-error';
import { overloaded, tooManyRequests } from '../errors/common.problems';

const RETRY_AFTER_SECONDS = 5;

export interface QueueLimits {
  atOnce: number;
  perOwner: number;
  waitingPerOwner: number;
  waiting: number;
  /** Jobs that waited longer are refused: their requests have timed out. */
  patienceMs: number;
}

export interface Job {
  /** The address or user that is charged for the job. */
  owner: string;
  /** Jobs with the same key run one at a time, whichever owner they have. */
  alone?: string;
}

interface Waiting {
  job: Job;
  since: number;
  start: () => void;
  refuse: (reason: ApiError) => void;
}

/** Bounded; serves owners round robin, so that none delays the others, and when full evicts from the longest line. */
export class FairQueue {
  /** By owner, the least recently served first. */
  private readonly lines = new Map<string, Waiting[]>();
  private readonly running = new Map<string, number>();
  private readonly alone = new Set<string>();
  private totalRunning = 0;
  private totalWaiting = 0;

  constructor(
    private readonly limits: QueueLimits,
    private readonly now: () => number,
  ) {}

  /** @throws ApiError too-many-requests when the owner's line is full, overloaded when the queue is */
  async run<T>(job: Job, work: () => Promise<T>): Promise<T> {
    if (this.mayRun(job)) this.begin(job);
    else await this.wait(job);
    try {
      return await work();
    } finally {
      this.end(job);
      this.startNext();
    }
  }

  /** A new job overtakes none that could run: those have been started. */
  private mayRun({ owner, alone }: Job): boolean {
    if (this.totalRunning >= this.limits.atOnce) return false;
    if (alone !== undefined && this.alone.has(alone)) return false;
    return (this.running.get(owner) ?? 0) < this.limits.perOwner;
  }

  private begin({ owner, alone }: Job): void {
    this.totalRunning++;
    this.running.set(owner, (this.running.get(owner) ?? 0) + 1);
    if (alone !== undefined) this.alone.add(alone);
  }

  private end({ owner, alone }: Job): void {
    this.totalRunning--;
    const left = (this.running.get(owner) ?? 1) - 1;
    if (left > 0) this.running.set(owner, left);
    else this.running.delete(owner);
    if (alone !== undefined) this.alone.delete(alone);
  }

  private wait(job: Job): Promise<void> {
    this.makeRoom(job);
    return new Promise((resolve, reject) => {
      const line = this.lines.get(job.owner) ?? [];
      line.push({ job, since: this.now(), start: resolve, refuse: reject });
      this.lines.set(job.owner, line);
      this.totalWaiting++;
    });
  }

  /** @throws ApiError when there is no room for this job */
  private makeRoom({ owner }: Job): void {
    const own = this.lines.get(owner)?.length ?? 0;
    if (own >= this.limits.waitingPerOwner)
      throw new ApiError(tooManyRequests(RETRY_AFTER_SECONDS));
    if (this.totalWaiting < this.limits.waiting) return;
    const [longest = []] = [...this.lines.values()].sort((a, b) => b.length - a.length);
    if (longest.length <= own + 1) throw new ApiError(overloaded(RETRY_AFTER_SECONDS));
    longest.pop()?.refuse(new ApiError(tooManyRequests(RETRY_AFTER_SECONDS)));
    this.totalWaiting--;
  }

  private startNext(): void {
    while (this.totalRunning < this.limits.atOnce) {
      const next = this.takeNext();
      if (!next) return;
      if (this.now() - next.since > this.limits.patienceMs) {
        next.refuse(new ApiError(overloaded(RETRY_AFTER_SECONDS)));
        continue;
      }
      this.begin(next.job);
      next.start();
    }
  }

  private takeNext(): Waiting | undefined {
    for (const [owner, line] of this.lines) {
      const index = line.findIndex(({ job }) => this.mayRun(job));
      const [next] = index < 0 ? [] : line.splice(index, 1);
      if (!next) continue;
      this.totalWaiting--;
      this.lines.delete(owner);
      if (line.length > 0) this.lines.set(owner, line);
      return next;
    }
    return undefined;
  }
}
