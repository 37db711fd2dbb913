import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ROUTE_POLICY } from '../common/http/route-policy';
import { AccessPolicy, EnforcedPolicy } from './access-policy';
import { ApiAccess } from './access.openapi';

/**
 * Declares the access policy of a route. Must stand above the route's own Swagger decorators, whose problems it
 * documents.
 */
export function Access<T extends object>(policy: AccessPolicy<T>): MethodDecorator {
  refuseUnknownParts(policy);
  return applyDecorators(
    Once,
    SetMetadata(ROUTE_POLICY, policy),
    // For the audit log: some requests reach no guard and no handler.
    RouteConfig({ policy }),
    ApiAccess(policy),
  );
}

const PARTS = [
  'public',
  'permission',
  'forOthers',
  'parameters',
  'preconditions',
  'stepUp',
  'rateLimit',
  'audit',
  'ownData',
] satisfies (keyof EnforcedPolicy | 'audit' | 'ownData')[];

/** A misspelt part would silently not be enforced, nor one whose constant is undefined as yet in a circle of imports. */
function refuseUnknownParts(policy: object): void {
  for (const [part, value] of Object.entries(policy)) {
    if (!(PARTS as string[]).includes(part)) throw new Error(`@Access does not know "${part}".`);
    if (value === undefined) throw new Error(`@Access was given no value for "${part}".`);
  }
}

/** One of two declarations would silently not be enforced. */
const Once: MethodDecorator = (_target, name, { value: handler }) => {
  if (!Reflect.hasMetadata(ROUTE_POLICY, handler as object)) return;
  throw new Error(`${String(name)} carries two @Access declarations.`);
};
