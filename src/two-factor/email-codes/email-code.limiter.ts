import { Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors/api-error';
import { tooManyRequests } from '../../common/errors/common.problems';
import { RateLimitKey } from '../../database/rate-counter';
import { secondsUntil } from '../../database/sliding-window';
import { SlidingWindowLimiter } from '../../database/sliding-window.limiter';
import { challengeKey } from './code-mail.limits';

/** Limits how many codes are mailed, across processes (docs/adr/0015). */
@Injectable()
export class EmailCodeLimiter {
  constructor(private readonly limiter: SlidingWindowLimiter) {}

  /**
   * Whether `tryConsume` would refuse at `now`. One read; it takes nothing.
   * @returns the problem to answer, too-many-requests; undefined when a mail may be sent
   */
  async peek(key: RateLimitKey, now: Date): Promise<ApiError | undefined> {
    const exhausted = await this.limiter.peek([key], now);
    return exhausted && tooMany(exhausted.until, now);
  }

  /**
   * Counts a mail that is about to be sent.
   * @param mail the id of this mail
   * @returns false when it would be one too many; then it does not count
   */
  tryConsume(key: RateLimitKey, mail: string, now: Date): Promise<boolean> {
    return this.limiter.tryConsume([key], mail, now);
  }

  /** The problem to answer when `tryConsume` has just refused. */
  async refusal(key: RateLimitKey, now: Date): Promise<ApiError> {
    // There may be room again at once: a mail was not sent, or a code was used.
    return (await this.peek(key, now)) ?? tooMany(now, now);
  }

  /** A mail to this user has not been sent: it counts no more. */
  refund(userId: string, mail: string): Promise<void> {
    return this.limiter.refund([challengeKey(userId)], mail);
  }

  /** A user who shows a code that was sent has read the mail: what has been sent to them is no nuisance. */
  reset(userId: string): Promise<void> {
    return this.limiter.reset(challengeKey(userId));
  }
}

function tooMany(until: Date, now: Date): ApiError {
  return new ApiError(tooManyRequests(secondsUntil(until, now)));
}
