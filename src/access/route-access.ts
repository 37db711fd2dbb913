import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { AuditChange, AuditEvent } from '../audit/audit-event';
import { ParametersClass } from '../common/validation/validate-parameters';

/** What the log says of each request of a route, served or refused. */
export interface RouteAudit<Parameter extends string = string> {
  event: AuditEvent;
  /** In place of `event` when it is refused. */
  refusal?: AuditEvent;
  change?: AuditChange;
  /** The parameters that name what it is about. Never one that may be a secret. */
  about?: readonly Parameter[];
}

/** How a route is protected. */
export type RouteProtection =
  | { protection: 'public' }
  | { protection: 'signed-in' }
  | { protection: 'permission'; permission: string }
  | { protection: 'permission and second factor'; permission: string };

/**
 * What a route says of itself, once: what a reader, the start-up check, the log and the reviewed snapshot of all routes
 * see.
 */
export type RouteAccess = RouteProtection & {
  parameters?: ParametersClass;
  /** Compulsory for whatever is no GET, and for whatever asks for a permission. */
  audit?: RouteAudit;
};

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
}

export const ROUTE_ACCESS = 'route-access';

/** The web server knows it as well, so that it is known of requests that reach no guard and no handler. */
export function DeclareAccess(access: RouteAccess): MethodDecorator {
  return applyDecorators(SetMetadata(ROUTE_ACCESS, access), RouteConfig({ access }));
}
