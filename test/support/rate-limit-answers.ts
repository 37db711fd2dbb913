import { HttpAnswer } from './http';

/** The three headers of a limited route, as numbers; undefined if one is missing. */
export function limitShown({ headers }: HttpAnswer): [number, number, number] | undefined {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    Number(headers[`x-ratelimit-${name}`]),
  ) as [number, number, number];
  return [limit, remaining, reset].every(Number.isSafeInteger)
    ? [limit, remaining, reset]
    : undefined;
}

/** The end of the minute, in epoch milliseconds. */
export function endOfMinute(now: Date): number {
  return (Math.floor(now.getTime() / 60_000) + 1) * 60_000;
}

/** The answer of contract §1, as a matcher. */
export function tooManyRequests(now: Date): object {
  const seconds = Math.max(1, Math.ceil((endOfMinute(now) - now.getTime()) / 1000));
  const error = `Error, too many requests. Please slow down. You must wait ${seconds} seconds before trying this endpoint again. [error-too-many-requests]`;
  return {
    status: 429,
    text: JSON.stringify({ success: false, error }),
    headers: expect.objectContaining({ 'retry-after': String(seconds) }) as object,
  };
}

/** How many answers have each status. */
export function tally(answers: readonly HttpAnswer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
