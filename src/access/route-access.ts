import { SetMetadata } from '@nestjs/common';

/** How a route is protected: what a reader, the start-up check and the reviewed snapshot of all routes see. */
export type RouteAccess =
  | { protection: 'public' }
  | { protection: 'signed-in' }
  | { protection: 'permission'; permission: string }
  | { protection: 'permission and second factor'; permission: string };

export const ROUTE_ACCESS = 'route-access';

export function DeclareAccess(access: RouteAccess): MethodDecorator {
  return SetMetadata(ROUTE_ACCESS, access);
}
