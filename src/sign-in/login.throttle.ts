import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { ApiError } from '../common/errors/api-error';
import { SlidingWindowLimiter } from '../database/sliding-window.limiter';
import { ThrottleKey } from './throttle-key';

/**
 * Blocks logins after too many wrong passwords (docs/adr/0007). A login takes its attempt before its password is checked,
 * and gets it back when the password was right.
 */
@Injectable()
export class LoginThrottle {
  constructor(
    private readonly limiter: SlidingWindowLimiter,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns when none of these keys has reached its limit. One read.
   * @throws ApiError the problem of the first that has
   */
  async peek(keys: ThrottleKey[]): Promise<void> {
    const exhausted = await this.limiter.peek(keys, this.clock.now());
    if (exhausted) throw new ApiError(exhausted.key.problem);
  }

  /**
   * Takes an attempt by each of these keys, or by none.
   * @param id of the attempt
   * @returns false when one of the keys has reached its limit
   */
  tryConsume(keys: ThrottleKey[], id: string): Promise<boolean> {
    return this.limiter.tryConsume(keys, id, this.clock.now());
  }

  /** Gives an attempt back that was no wrong password, by each of these keys. One statement. */
  refund(keys: ThrottleKey[], id: string): Promise<void> {
    return this.limiter.refund(keys, id);
  }
}
