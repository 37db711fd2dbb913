import { RateLimitKey } from '../../src/database/rate-counter';
import { RateLimit } from '../../src/database/sliding-window';

interface Attempt {
  id: string;
  at: number;
}

/** The simplest correct rate limiter: it keeps every attempt and counts them each time. */
export class RateLimiterModel {
  private attempts = new Map<string, Attempt[]>();

  /** @param now in milliseconds */
  tryConsume(keys: RateLimitKey[], id: string, now: number): boolean {
    if (this.peek(keys, now)) return false;
    for (const { key } of keys) this.attempts.set(key, [...this.of(key), { id, at: now }]);
    return true;
  }

  /** The first full key, and when all keys have room again. */
  peek(keys: RateLimitKey[], now: number): { key: string; until: number } | undefined {
    const full = keys.flatMap(({ key, limits }) => {
      const ends = limits.map((limit) => this.roomAt(key, limit, now)).filter((end) => end > now);
      return ends.length > 0 ? [{ key, until: Math.max(...ends) }] : [];
    });
    const [first] = full;
    return first && { key: first.key, until: Math.max(...full.map(({ until }) => until)) };
  }

  refund(keys: RateLimitKey[], id: string): void {
    for (const { key } of keys) {
      const others = this.of(key).filter((attempt) => attempt.id !== id);
      this.attempts.set(key, others);
    }
  }

  reset({ key }: RateLimitKey): void {
    this.attempts.delete(key);
  }

  /** The first moment from now on at which fewer attempts count than the limit. */
  private roomAt(key: string, { max, withinMs }: RateLimit, now: number): number {
    const counting = (when: number): number =>
      this.of(key).filter(({ at }) => at > when - withinMs).length;
    const moments = [now, ...this.of(key).map(({ at }) => at + withinMs)];
    const free = moments.filter((moment) => moment >= now && counting(moment) < max);
    return Math.min(...free);
  }

  private of(key: string): Attempt[] {
    return this.attempts.get(key) ?? [];
  }
}
