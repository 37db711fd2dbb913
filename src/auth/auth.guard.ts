import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { ApiError } from '../common/errors/api-error';
import { clientOf, header, hostOf } from '../common/http/client';
import { policyOf } from '../common/http/route-policy';
import { setCaller } from './caller';
import { CallersService } from './callers.service';
import { TokenUses } from './token-uses';
import { NOT_LOGGED_IN } from './auth.problems';

export interface AuthPolicy {
  public?: true;
}

/** Authenticates: both headers, a valid token and an active user, or 401. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly callers: CallersService,
    private readonly uses: TokenUses,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy: AuthPolicy = policyOf(context);
    if (policy.public === true) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const userId = header(request, 'x-user-id');
    const token = header(request, 'x-auth-token');
    const caller = userId && token ? await this.callers.find(token) : undefined;
    if (!caller || caller.id !== userId) throw new ApiError(NOT_LOGGED_IN);
    setCaller(request, caller);
    this.uses.report(caller, () => ({ client: clientOf(request), host: hostOf(request) }));
    return true;
  }
}
