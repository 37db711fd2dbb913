import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { FastifyReply, FastifyRequest } from 'fastify';
import { AuthPolicy } from '../auth/auth.guard';
import { callerOf, knownCaller } from '../auth/caller';
import { Clock } from '../common/clock/clock';
import { policyOf } from '../common/http/route-policy';
import { LimitsConfig } from '../config/limits.config';
import { PermissionsService } from '../permissions/permissions.service';
import { Allowance, exceeded, isExceeded, minuteOf, showAllowance } from './allowance';
import { addressOf, routeOf } from './counted-request';
import { PublicLimiter } from './public.limiter';
import { WindowCounter } from './window.counter';

/** `public`: for routes that cost work or mail without a login; `none`: for probes, whose answers cost none. */
export type RateLimitBucket = 'default' | 'public' | 'none';

export interface RateLimitPolicy {
  rateLimit?: RateLimitBucket;
}

/** Counts each request that AuthGuard admits; beyond the limit of its route, 429 (contract §1, §7). */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly ofUsers = new WindowCounter();
  // Apart, so that many addresses cannot displace the counts of users.
  private readonly ofAddresses = new WindowCounter();

  constructor(
    private readonly publicLimiter: PublicLimiter,
    private readonly permissions: PermissionsService,
    private readonly config: LimitsConfig,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const allowance = await this.take(request, policyOf(context));
    if (!allowance) return true;
    showAllowance(http.getResponse<FastifyReply>(), allowance);
    if (!isExceeded(allowance) || (await this.isExempt(request))) return true;
    throw exceeded(allowance, this.clock.now());
  }

  /** Undefined where there is no limit. */
  private async take(
    request: FastifyRequest,
    { public: isPublic, rateLimit }: RateLimitPolicy & AuthPolicy,
  ): Promise<Allowance | undefined> {
    const route = routeOf(request);
    const { perMinute: limit, publicPerMinute } = this.config;
    if (rateLimit === 'public' && publicPerMinute > 0) {
      return this.publicLimiter.take(route, addressOf(request));
    }
    if (limit === 0 || rateLimit === 'none') return undefined;
    const window = minuteOf(this.clock.now());
    const used = isPublic
      ? this.ofAddresses.add(`${route} ${addressOf(request)}`, window)
      : this.ofUsers.add(`${route} ${callerOf(request).id}`, window);
    return { limit, used, window };
  }

  /** Asked only beyond a limit, so that it costs no round trip below it. */
  private async isExempt(request: FastifyRequest): Promise<boolean> {
    const caller = knownCaller(request);
    if (!caller) return false;
    return this.permissions.isGranted('api-bypass-rate-limit', caller.roles);
  }
}
