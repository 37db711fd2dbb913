import { later } from '../common/clock/later';

export interface RateLimit {
  readonly max: number;
  readonly withinMs: number;
}

export interface CountedAttempt {
  at: Date;
}

/** Filter: the `max`-th newest attempt has left the window, or there is none. */
export function hasRoom(
  { max, withinMs }: RateLimit,
  now: Date,
): Record<string, { $not: { $gt: Date } }> {
  return { [`attempts.${max - 1}.at`]: { $not: { $gt: later(now, -withinMs) } } };
}

/** Operand of `$push: { attempts: … }`; `length` is the largest limit on the list. */
export function asNewest<T extends CountedAttempt>(
  attempt: T,
  length: number,
): { $each: T[]; $position: number; $slice: number } {
  return { $each: [attempt], $position: 0, $slice: length };
}

/** When the limit has room again; undefined when it has room now. */
export function fullUntil(
  attempts: readonly CountedAttempt[],
  { max, withinMs }: RateLimit,
  now: Date,
): Date | undefined {
  const oldest = attempts[max - 1];
  const until = oldest && later(oldest.at, withinMs);
  return until && until > now ? until : undefined;
}

export function latest(times: readonly (Date | undefined)[]): Date | undefined {
  return times.reduce(
    (last, time) => (last && time && time <= last ? last : (time ?? last)),
    undefined,
  );
}

/** For `Retry-After`: whole seconds, at least one. */
export function secondsUntil(until: Date, now: Date): number {
  return Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000));
}
