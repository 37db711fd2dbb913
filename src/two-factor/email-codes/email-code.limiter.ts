import { Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors/api-error';
import { tooManyRequests } from '../../common/errors/common.problems';
import { RateLimitKey } from '../../database/rate-counter';
import { secondsUntil } from '../../database/sliding-window';
import { SlidingWindowLimiter } from '../../database/sliding-window.limiter';
import { challengeKey } from './code-mail.limits';

/** Limits mailed codes across processes (docs/adr/0015). */
@Injectable()
export class EmailCodeLimiter {
  constructor(private readonly limiter: SlidingWindowLimiter) {}

  /** @returns too-many-requests if `tryConsume` would refuse now. One read; consumes nothing. */
  async peek(key: RateLimitKey, now: Date): Promise<ApiError | undefined> {
    const exhausted = await this.limiter.peek([key], now);
    return exhausted && tooMany(exhausted.until, now);
  }

  /** Counts a mail, named `mail`, before it is sent. @returns false if it exceeds the limit and so is not counted */
  tryConsume(key: RateLimitKey, mail: string, now: Date): Promise<boolean> {
    return this.limiter.tryConsume([key], mail, now);
  }

  async refusal(key: RateLimitKey, now: Date): Promise<ApiError> {
    // There may be room again already, because a mail was not sent or a code was used.
    return (await this.peek(key, now)) ?? tooMany(now, now);
  }

  refund(userId: string, mail: string): Promise<void> {
    return this.limiter.refund([challengeKey(userId)], mail);
  }

  /** Stops counting the mails to a user who has used a code, and so has read them. */
  reset(userId: string): Promise<void> {
    return this.limiter.reset(challengeKey(userId));
  }
}

function tooMany(until: Date, now: Date): ApiError {
  return new ApiError(tooManyRequests(secondsUntil(until, now)));
}
