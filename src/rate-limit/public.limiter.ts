import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { ApiError } from '../common/errors/api-error';
import { DATABASE_UNREACHABLE } from '../common/errors/common.problems';
import { isDatabaseUnreachable } from '../common/errors/database-unreachable';
import { LimitsConfig } from '../config/limits.config';
import { FixedWindow } from '../database/fixed-window';
import { FixedWindowCounter } from '../database/fixed-window.counter';
import { Allowance, minuteOf } from './allowance';
import { WindowCounter } from './window.counter';

/** The limit of public routes, per address and route, over all processes (contract §7). */
@Injectable()
export class PublicLimiter {
  private readonly logger = new Logger(PublicLimiter.name);
  private readonly counts = new WindowCounter();

  constructor(
    private readonly counter: FixedWindowCounter,
    private readonly config: LimitsConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes one request, before it is judged. One round trip, or none once this process knows that nothing is left.
   * @throws ApiError database-unreachable, so that nothing is judged uncounted
   */
  async take(route: string, address: string): Promise<Allowance> {
    const limit = this.config.publicPerMinute;
    const window = minuteOf(this.clock.now());
    const key = keyOf(route, address);
    const own = this.counts.add(key, window);
    if (own > limit) return { limit, used: own, window };
    let used: number;
    try {
      used = await this.increment(route, address, window);
    } catch (error) {
      // It was not judged: when the store is back, nobody shall wait for what it missed.
      this.counts.remove(key, window);
      throw error;
    }
    this.counts.raise(key, window, used);
    return { limit, used, window };
  }

  /** What this process knows to be taken, without a round trip; other processes may have taken more. */
  known(route: string, address: string): Allowance {
    const window = minuteOf(this.clock.now());
    const used = this.counts.at(keyOf(route, address), window);
    return { limit: this.config.publicPerMinute, used, window };
  }

  private async increment(route: string, address: string, window: FixedWindow): Promise<number> {
    try {
      return await this.counter.increment('public-route', [route, address], window);
    } catch (error) {
      if (isDatabaseUnreachable(error)) throw error;
      this.logger.error(`Cannot count: ${error instanceof Error ? error.name : typeof error}`);
      throw new ApiError(DATABASE_UNREACHABLE);
    }
  }
}

function keyOf(route: string, address: string): string {
  return `${route} ${address}`;
}
