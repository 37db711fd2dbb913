import { ExecutionContext } from '@nestjs/common';

/** The metadata key under which `@Access` leaves what a route demands. */
export const ROUTE_POLICY = 'route-policy';

/**
 * What the route of a request demands. Each guard declares the part that it reads; `AccessPolicy` is made of those parts,
 * so that the compiler knows that they fit.
 * @throws Error where nothing is declared: no guard passes because nobody told it what to demand
 */
export function policyOf(context: ExecutionContext): object {
  const handler = context.getHandler();
  const policy: unknown = Reflect.getMetadata(ROUTE_POLICY, handler);
  if (typeof policy === 'object' && policy !== null) return policy;
  throw new Error(`${context.getClass().name}.${handler.name} carries no @Access declaration.`);
}
