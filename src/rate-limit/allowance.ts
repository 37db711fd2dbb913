import { FastifyReply } from 'fastify';
import { ApiError } from '../common/errors/api-error';
import { rateLimited } from '../common/errors/common.problems';
import { RATE_LIMIT_HEADERS } from '../common/http/rate-limit-headers';
import { FixedWindow, windowAt } from '../database/fixed-window';
import { secondsUntil } from '../database/sliding-window';

const MINUTE_MS = 60_000;

/** What a limit leaves of the current window, after the request that is being judged. */
export interface Allowance {
  limit: number;
  /** This request included; more than `limit` if it exceeds it. */
  used: number;
  window: FixedWindow;
}

/** Every limit is per minute (contract §7). */
export function minuteOf(now: Date): FixedWindow {
  return windowAt(now, MINUTE_MS);
}

/** Sets the headers of contract §7. */
export function showAllowance(reply: FastifyReply, { limit, used, window }: Allowance): void {
  void reply.headers({
    [RATE_LIMIT_HEADERS.limit]: limit,
    [RATE_LIMIT_HEADERS.remaining]: Math.max(0, limit - used),
    [RATE_LIMIT_HEADERS.reset]: window.endsAt.getTime(),
  });
}

export function isExceeded({ limit, used }: Allowance): boolean {
  return used > limit;
}

export function exceeded({ window }: Allowance, now: Date): ApiError {
  return new ApiError(rateLimited(secondsUntil(window.endsAt, now)));
}
