import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ROUTE_POLICY } from '../common/http/route-policy';
import { AccessPolicy } from './access-policy';
import { ApiAccess } from './access.openapi';

/**
 * Declares what a route demands. The global guards (`guards.ts`) enforce it, and the API documentation prints the headers,
 * the permission and the refusals that follow from it. It stands above the route's own Swagger decorators.
 */
export function Access<T extends object>(policy: AccessPolicy<T>): MethodDecorator {
  return applyDecorators(
    Once,
    SetMetadata(ROUTE_POLICY, policy),
    // The web server knows it as well, for the log: some requests reach no guard and no handler.
    RouteConfig({ policy }),
    ApiAccess(policy),
  );
}

/** Of two declarations one would silently not be enforced. */
const Once: MethodDecorator = (_target, name, { value: handler }) => {
  if (!Reflect.hasMetadata(ROUTE_POLICY, handler as object)) return;
  throw new Error(`${String(name)} carries two @Access declarations.`);
};
