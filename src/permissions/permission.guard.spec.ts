import { SetMetadata } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { Caller, setCaller } from '../auth/caller';
import { ROUTE_POLICY } from '../common/http/route-policy';
import { contextOf } from '../../test/support/execution-context';
import { PermissionGuard } from './permission.guard';
import { PermissionsService } from './permissions.service';

class Routes {
  undeclared(): void {
    // Not called in this test.
  }

  @SetMetadata(ROUTE_POLICY, {})
  forEveryCaller(): void {
    // Not called in this test.
  }

  @SetMetadata(ROUTE_POLICY, { permission: 'view-device-management' })
  permitted(): void {
    // Not called in this test.
  }
}

function guard(granted: string[] = []): PermissionGuard {
  return new PermissionGuard({
    isGranted: (permission: string) => Promise.resolve(granted.includes(permission)),
  } as unknown as PermissionsService);
}

function called(): FastifyRequest {
  const request = {} as FastifyRequest;
  setCaller(request, { roles: ['user'] } as Caller);
  return request;
}

describe('PermissionGuard', () => {
  it('throws on a route without a policy', async () => {
    const context = contextOf(Routes, 'undeclared', called());
    await expect(guard(['view-device-management']).canActivate(context)).rejects.toThrow(
      'Routes.undeclared carries no @Access declaration.',
    );
  });

  it('passes where the policy requires no permission', async () => {
    const context = contextOf(Routes, 'forEveryCaller', called());
    await expect(guard().canActivate(context)).resolves.toBe(true);
  });

  it('admits a caller whose roles hold the permission and refuses any other', async () => {
    const context = contextOf(Routes, 'permitted', called());
    await expect(guard(['view-device-management']).canActivate(context)).resolves.toBe(true);
    await expect(guard(['logout-device-management']).canActivate(context)).rejects.toMatchObject({
      problem: { kind: 'no-permission' },
    });
  });

  it('throws when AuthGuard has not run', async () => {
    const context = contextOf(Routes, 'permitted', {} as FastifyRequest);
    await expect(guard(['view-device-management']).canActivate(context)).rejects.toThrow(
      'AuthGuard must run first',
    );
  });
});
