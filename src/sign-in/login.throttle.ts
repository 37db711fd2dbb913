import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { ApiError } from '../common/errors/api-error';
import { SlidingWindowLimiter } from '../database/sliding-window.limiter';
import { ThrottleKey } from './throttle-key';

/**
 * Blocks logins after too many wrong passwords (docs/adr/0007). A login takes its attempt before the password is
 * checked; a right password refunds it.
 */
@Injectable()
export class LoginThrottle {
  constructor(
    private readonly limiter: SlidingWindowLimiter,
    private readonly clock: Clock,
  ) {}

  /** One read. @throws ApiError the problem of the first key that has reached its limit */
  async peek(keys: ThrottleKey[]): Promise<void> {
    const exhausted = await this.limiter.peek(keys, this.clock.now());
    if (exhausted) throw new ApiError(exhausted.key.problem);
  }

  /** Takes the attempt `id` for all keys or none. @returns false if a key has reached its limit */
  tryConsume(keys: ThrottleKey[], id: string): Promise<boolean> {
    return this.limiter.tryConsume(keys, id, this.clock.now());
  }

  /** Refunds an attempt that was no wrong password. One statement. */
  refund(keys: ThrottleKey[], id: string): Promise<void> {
    return this.limiter.refund(keys, id);
  }
}
