import { CustomDecorator, SetMetadata } from '@nestjs/common';

export const REQUIRED_PERMISSION = 'required-permission';

/** Names the one permission that a route asks for; read by PermissionGuard. */
export function RequirePermission(permission: string): CustomDecorator {
  return SetMetadata(REQUIRED_PERMISSION, permission);
}
