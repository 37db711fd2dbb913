import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { ApiError } from '../common/errors/api-error';
import { header } from '../common/http/client';
import { setCaller } from './caller';
import { CallersService } from './callers.service';

/** Who are you: both headers, one living token, one active user; or 401. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(private readonly callers: CallersService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const userId = header(request, 'x-user-id');
    const token = header(request, 'x-auth-token');
    const caller = userId && token ? await this.callers.find(token) : undefined;
    if (!caller || caller.id !== userId) throw new ApiError({ kind: 'not-logged-in' });
    setCaller(request, caller);
    return true;
  }
}
