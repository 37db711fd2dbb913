import { Injectable } from '@nestjs/common';
import { Caller } from '../auth/caller';
import { CallersService } from '../auth/callers.service';
import { PermissionPolicy } from '../permissions/permission.guard';
import { PermissionsService } from '../permissions/permissions.service';

type Demanded = NonNullable<PermissionPolicy['permission']>;

/** Asks again what the guards asked, for work that goes on long after them. */
@Injectable()
export class StandingPermission {
  constructor(
    private readonly callers: CallersService,
    private readonly permissions: PermissionsService,
  ) {}

  /** Whether the caller is still logged in, and one of their present roles holds the permission. One indexed read. */
  async isStillHeldBy(caller: Caller, permission: Demanded): Promise<boolean> {
    const roles = await this.callers.rolesNow(caller);
    return roles !== undefined && this.permissions.isGranted(permission, roles);
  }
}
