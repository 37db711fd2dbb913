import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { Clock } from '../common/clock';
import { ApiError } from '../common/errors/api-error';
import { header } from '../common/http/client';
import { Configuration } from '../config/configuration';
import { UsersService } from '../users/users.service';
import { Caller, setCaller } from './caller';
import { hashLoginToken, isTokenAlive } from './login-token';

/** Who are you: both headers, one living token, one active user; or 401. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly users: UsersService,
    private readonly clock: Clock,
    private readonly config: Configuration,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const userId = header(request, 'x-user-id');
    const token = header(request, 'x-auth-token');
    const caller = userId && token ? await this.findCaller(userId, token) : undefined;
    if (!caller) throw new ApiError({ kind: 'not-logged-in' });
    setCaller(request, caller);
    return true;
  }

  /** The token is compared by its hash inside the database's index, so no timing tells how much of it was right. */
  private async findCaller(userId: string, token: string): Promise<Caller | undefined> {
    const owner = await this.users.findTokenOwner(hashLoginToken(token));
    if (!owner?.active || owner.id !== userId) return undefined;
    const alive = isTokenAlive(owner.token, this.clock.now(), this.config.LOGIN_EXPIRATION_DAYS);
    return alive ? owner : undefined;
  }
}
