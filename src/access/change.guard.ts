import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { policyOf } from '../common/http/route-policy';
import { EnforcedPolicy, RouteAudit } from './access-policy';
import { RequestAuditor } from './request.auditor';

/**
 * The last guard: stores that a declared change begins, so that a process that dies in it leaves a record. Without the
 * record, there is no change. A public route is not served so: strangers would write twice for each request.
 */
@Injectable()
export class ChangeGuard implements CanActivate {
  constructor(private readonly auditor: RequestAuditor) {}

  /** @throws ApiError audit-unavailable */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy: EnforcedPolicy & { audit?: RouteAudit } = policyOf(context);
    if (policy.audit?.change === undefined || policy.public === true) return true;
    await this.auditor.announce(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }
}
