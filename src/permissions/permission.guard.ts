import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { callerOf } from '../auth/caller';
import { ApiError } from '../common/errors/api-error';
import { policyOf } from '../common/http/route-policy';
import { DemandedPermission } from '../workspace-data/permissions/demanded-permission';
import { PermissionsService } from './permissions.service';
import { NO_PERMISSION } from './permission.problems';

export interface PermissionPolicy {
  /** Absent: every caller may use the route. */
  permission?: DemandedPermission;
}

/** Authorises: one of the caller's roles holds the route's permission, or 403. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(private readonly permissions: PermissionsService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { permission }: PermissionPolicy = policyOf(context);
    if (permission === undefined) return true;
    const { roles } = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (await this.permissions.isGranted(permission, roles)) return true;
    throw new ApiError(NO_PERMISSION);
  }
}
