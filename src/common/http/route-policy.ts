import { ExecutionContext } from '@nestjs/common';

export const ROUTE_POLICY = 'route-policy';

/** @throws Error when the route declares no policy, so that no guard lets it pass by default */
export function policyOf(context: ExecutionContext): object {
  const handler = context.getHandler();
  const policy: unknown = Reflect.getMetadata(ROUTE_POLICY, handler);
  if (typeof policy === 'object' && policy !== null) return policy;
  throw new Error(`${context.getClass().name}.${handler.name} carries no @Access declaration.`);
}
