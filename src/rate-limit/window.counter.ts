import { FixedWindow } from '../database/fixed-window';

/** Some megabytes at most; a key is a route with a user's id or an address. */
const MAX_KEYS = 50_000;

/**
 * Counts events by key in the memory of this process, in the newest window only. Bounded: a new key beyond the limit takes
 * the place of the oldest, which then begins again (docs/adr/0024).
 */
export class WindowCounter {
  private counts = new Map<string, number>();
  private windowId: number | undefined;

  constructor(private readonly maxKeys = MAX_KEYS) {}

  /** Constant work. @returns the number of this event in its window, from 1 */
  add(key: string, window: FixedWindow): number {
    const count = this.at(key, window) + 1;
    this.put(key, count);
    return count;
  }

  /** @returns how many there have been in this window */
  at(key: string, { id }: FixedWindow): number {
    if (id !== this.windowId) {
      // Also when the clock was set back.
      this.windowId = id;
      this.counts = new Map();
    }
    return this.counts.get(key) ?? 0;
  }

  /** Takes one event back, unless its window is over. */
  remove(key: string, window: FixedWindow): void {
    if (window.id !== this.windowId) return;
    const count = this.counts.get(key) ?? 0;
    if (count > 1) this.counts.set(key, count - 1);
    else this.counts.delete(key);
  }

  /** Learns that at least this many events were counted elsewhere. */
  raise(key: string, window: FixedWindow, count: number): void {
    if (count > this.at(key, window)) this.put(key, count);
  }

  private put(key: string, count: number): void {
    if (this.counts.size >= this.maxKeys && !this.counts.has(key)) {
      const [oldest] = this.counts.keys();
      if (oldest !== undefined) this.counts.delete(oldest);
    }
    this.counts.set(key, count);
  }
}
