import { setTimeout as pause } from 'node:timers/promises';

/** So many items wait already that another would only make it worse. */
export class Overfull extends Error {
  override readonly name = 'Overfull';

  constructor() {
    super('Too many items are waiting to be written.');
  }
}

export interface GroupCommitLimits {
  /** Items written at once. */
  readonly batch: number;
  /** Items waiting; further ones are refused, so that a slow store piles up no memory. */
  readonly waiting: number;
  /** The longest that the next batch waits for more items, in milliseconds; 0 for not at all. */
  readonly gatherMs?: number;
}

interface Waiting<T> {
  item: T;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Writes items in batches, one at a time: whatever comes while a batch is on its way shares the next one. So a hundred
 * parallel requests wait for two round trips, not for a hundred.
 */
export class GroupCommit<T> {
  private waiting: Waiting<T>[] = [];
  private running: Promise<void> | undefined;

  /** @param write returns the errors of items that were not written, by position; throws if none was */
  constructor(
    private readonly write: (items: readonly T[]) => Promise<ReadonlyMap<number, unknown>>,
    private readonly limits: GroupCommitLimits,
  ) {}

  /**
   * Resolves when the item is written.
   * @throws Overfull; what `write` reports or throws
   */
  commit(item: T): Promise<void> {
    if (this.waiting.length >= this.limits.waiting) return Promise.reject(new Overfull());
    const written = new Promise<void>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
    });
    this.running ??= this.run();
    return written;
  }

  /** Resolves when nothing is left to write. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    // What the same turn of the event loop brings goes into the first batch.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.limits.batch);
      await this.writeBatch(batch);
      await this.gather(batch.length);
    }
    this.running = undefined;
  }

  /** The more items come at a time, the more a wait saves. One client that sends one after the other never waits. */
  private async gather(lately: number): Promise<void> {
    const { batch, gatherMs = 0 } = this.limits;
    const isWorthIt = lately > 1 && this.waiting.length < batch;
    if (isWorthIt && gatherMs > 0) await pause(Math.min(lately, gatherMs));
  }

  private async writeBatch(batch: readonly Waiting<T>[]): Promise<void> {
    try {
      const failures = await this.write(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, position) => {
        if (failures.has(position)) reject(failures.get(position));
        else resolve();
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
