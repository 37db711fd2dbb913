import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { FastifyRequest } from 'fastify';
import { callerOf } from '../auth/caller';
import { ApiError } from '../common/errors/api-error';
import { PermissionsService } from './permissions.service';
import { REQUIRED_PERMISSION } from './require-permission.decorator';
import { NO_PERMISSION } from './permission.problems';

/** May you: one of the caller's roles holds the route's permission; or 403. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly permissions: PermissionsService,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.reflector.get<string | undefined>(
      REQUIRED_PERMISSION,
      context.getHandler(),
    );
    // A guard never passes because nobody told it what to ask for.
    if (!permission) throw new Error('PermissionGuard stands on a route that names no permission.');
    const { roles } = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (await this.permissions.isGranted(permission, roles)) return true;
    throw new ApiError(NO_PERMISSION);
  }
}
