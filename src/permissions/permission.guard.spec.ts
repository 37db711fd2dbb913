import { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PermissionGuard } from './permission.guard';
import { PermissionsService } from './permissions.service';

describe('PermissionGuard', () => {
  it('does not pass where the route names no permission', async () => {
    const granting = { isGranted: () => Promise.resolve(true) } as unknown as PermissionsService;
    const guard = new PermissionGuard(granting, new Reflector());
    const context = { getHandler: () => () => undefined } as unknown as ExecutionContext;
    await expect(guard.canActivate(context)).rejects.toThrow('names no permission');
  });
});
