import { later } from '../common/clock/later';

/** At most `max` attempts within any `withinMs` milliseconds. */
export interface RateLimit {
  readonly max: number;
  readonly withinMs: number;
}

/** An attempt in a document's list `attempts`, which holds the newest first. */
export interface CountedAttempt {
  at: Date;
}

/**
 * The precondition of counting one more attempt, for the filter of the statement that counts it: the attempt as far back
 * as the limit goes has left the window, or there is none.
 */
export function hasRoom(
  { max, withinMs }: RateLimit,
  now: Date,
): Record<string, { $not: { $gt: Date } }> {
  return { [`attempts.${max - 1}.at`]: { $not: { $gt: later(now, -withinMs) } } };
}

/**
 * The counting itself, for `$push: { attempts: … }`.
 * @param length how many attempts the list keeps: as many as the largest limit on it
 */
export function asNewest<T extends CountedAttempt>(
  attempt: T,
  length: number,
): { $each: T[]; $position: number; $slice: number } {
  return { $each: [attempt], $position: 0, $slice: length };
}

/** When these attempts leave room for another one under the limit; undefined when they do now. */
export function fullUntil(
  attempts: readonly CountedAttempt[],
  { max, withinMs }: RateLimit,
  now: Date,
): Date | undefined {
  const oldest = attempts[max - 1];
  const until = oldest && later(oldest.at, withinMs);
  return until && until > now ? until : undefined;
}

/** The last of these times; undefined where there is none. */
export function latest(times: readonly (Date | undefined)[]): Date | undefined {
  return times.reduce(
    (last, time) => (last && time && time <= last ? last : (time ?? last)),
    undefined,
  );
}

/** What `Retry-After` says: whole seconds until then, at least one. */
export function secondsUntil(until: Date, now: Date): number {
  return Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000));
}
