import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { callerOf } from '../auth/caller';
import { Clock } from '../common/clock/clock';
import { ApiError } from '../common/errors/api-error';
import { policyOf } from '../common/http/route-policy';
import { AuthConfig } from '../config/auth.config';
import { isPersonalAccessToken } from '../workspace-data/users/stored-token';
import { demandedPermissionOf, PermissionPolicy } from './permission.guard';
import { LOGIN_TOO_OLD } from './permission.problems';

const MINUTE_MS = 60_000;

/**
 * Whoever asks for a permission must have signed in recently, or 401 (contract §6). A personal access token has no
 * login that could be old.
 */
@Injectable()
export class LoginAgeGuard implements CanActivate {
  constructor(
    private readonly config: AuthConfig,
    private readonly clock: Clock,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const { adminLoginMaxAgeMinutes } = this.config;
    if (adminLoginMaxAgeMinutes === 0) return true;
    const policy: PermissionPolicy = policyOf(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (demandedPermissionOf(policy, request) === undefined) return true;
    const { token } = callerOf(request);
    if (isPersonalAccessToken(token)) return true;
    const age = this.clock.now().getTime() - token.when.getTime();
    if (age <= adminLoginMaxAgeMinutes * MINUTE_MS) return true;
    throw new ApiError(LOGIN_TOO_OLD);
  }
}
