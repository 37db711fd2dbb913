import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { isAboutCaller } from '../auth/about-caller';
import { callerOf } from '../auth/caller';
import { ApiError } from '../common/errors/api-error';
import { policyOf } from '../common/http/route-policy';
import { DemandedPermission } from '../workspace-data/permissions/demanded-permission';
import { PermissionsService } from './permissions.service';
import { NO_PERMISSION } from './permission.problems';

export interface PermissionPolicy {
  /** Absent: every caller may use the route. */
  permission?: DemandedPermission;
  /** Of a route that acts on its caller, or on the user that `userId` names: what the latter needs. */
  forOthers?: { permission: DemandedPermission };
}

/** Authorises: one of the caller's roles holds the route's permission, or 403. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(private readonly permissions: PermissionsService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy: PermissionPolicy = policyOf(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const permission = demandedPermissionOf(policy, request);
    if (permission === undefined) return true;
    const { roles } = callerOf(request);
    if (await this.permissions.isGranted(permission, roles)) return true;
    throw new ApiError(NO_PERMISSION);
  }
}

/** The permission that this request needs; undefined if every caller may send it. `forOthers` needs a caller. */
export function demandedPermissionOf(
  { permission, forOthers }: PermissionPolicy,
  request: FastifyRequest,
): DemandedPermission | undefined {
  return forOthers === undefined || isAboutCaller(request) ? permission : forOthers.permission;
}
