import { Injectable } from '@nestjs/common';
import { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { knownCaller } from '../auth/caller';
import { Attached } from '../common/attached/attached';
import { Clock } from '../common/clock/clock';
import { LimitsConfig } from '../config/limits.config';
import { FixedWindow } from '../database/fixed-window';
import { Allowance, exceeded, isExceeded, minuteOf, showAllowance } from './allowance';
import { addressOf, routeOf } from './counted-request';
import { PublicLimiter } from './public.limiter';
import { WindowCounter } from './window.counter';

interface Attempt {
  address: string;
  window: FixedWindow;
}

/**
 * Answers 429 to an address that floods without valid credentials, before authentication and without any work for the
 * database (contract §7). A request takes its attempt when it arrives, so that parallel ones gain nothing, and gives it
 * back unless it is answered as one without valid credentials. What the gate refuses is not audited: it reaches no route.
 */
@Injectable()
export class FloodGate {
  private readonly failures = new WindowCounter();
  private readonly attempts = new Attached<FastifyRequest, Attempt>();

  constructor(
    private readonly publicLimiter: PublicLimiter,
    private readonly config: LimitsConfig,
    private readonly clock: Clock,
  ) {}

  /** Must be called before whatever costs work for a refused request, and behind what every answer carries. */
  guard(instance: FastifyInstance): void {
    const { failuresPerMinute, publicPerMinute } = this.config;
    if (failuresPerMinute > 0) this.guardRoutes(instance);
    else if (publicPerMinute > 0) this.showPublicLimit(instance);
  }

  private guardRoutes(instance: FastifyInstance): void {
    instance.addHook('onRequest', (request, reply, done) => {
      const { policy } = request.routeOptions.config;
      const isLimited = policy !== undefined && policy.rateLimit !== 'none';
      done(isLimited ? this.admit(request, reply) : undefined);
    });
    instance.addHook('onSend', (request, reply, payload, done) => {
      if (!isFailure(request, reply)) this.giveBack(request);
      done(null, payload);
    });
  }

  /** Where there is no gate, whose limit would be shown before that of the route is known. */
  private showPublicLimit(instance: FastifyInstance): void {
    instance.addHook('onRequest', (request, reply, done) => {
      if (request.routeOptions.config.policy?.rateLimit === 'public') {
        showAllowance(reply, this.publicLimiter.known(routeOf(request), addressOf(request)));
      }
      done();
    });
  }

  private admit(request: FastifyRequest, reply: FastifyReply): Error | undefined {
    const now = this.clock.now();
    const address = addressOf(request);
    const window = minuteOf(now);
    const used = this.failures.add(address, window);
    const allowance: Allowance = { limit: this.config.failuresPerMinute, used, window };
    // For answers that are given before RateLimitGuard, which shows the limit of the route.
    showAllowance(reply, allowance);
    if (isExceeded(allowance)) {
      // It has judged nothing: the failures alone, and what is being judged, keep the gate closed.
      this.failures.remove(address, window);
      return exceeded(allowance, now);
    }
    this.attempts.set(request, { address, window });
    return undefined;
  }

  private giveBack(request: FastifyRequest): void {
    const attempt = this.attempts.get(request);
    if (!attempt) return;
    this.attempts.set(request, undefined);
    this.failures.remove(attempt.address, attempt.window);
  }
}

/**
 * A public route that answers 429 has not even looked at the credentials. Where there is a caller, they were valid, also
 * if the answer is 401: the login is too old for the route, or has just ended.
 */
function isFailure(request: FastifyRequest, { statusCode }: FastifyReply): boolean {
  return (statusCode === 401 || statusCode === 429) && knownCaller(request) === undefined;
}
