import { RequestMethod, Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { MetadataScanner } from '@nestjs/core';
import { ROUTE_POLICY } from '../common/http/route-policy';
import { AccessPolicy, EnforcedPolicy } from './access-policy';

/** `policy` is undefined if the route declares none. */
export interface DeclaredRoute {
  /** For example `GET api/v1/me`. */
  route: string;
  policy: AccessPolicy | undefined;
}

export function declaredRoutes(controllers: readonly Type[]): DeclaredRoute[] {
  return controllers
    .flatMap((controller) => {
      const base = Reflect.getMetadata(PATH_METADATA, controller) as string;
      return handlersOf(controller.prototype as object).map((handler) => ({
        route: routeOf(base, handler),
        policy: Reflect.getMetadata(ROUTE_POLICY, handler) as AccessPolicy | undefined,
      }));
    })
    .sort((a, b) => a.route.localeCompare(b.route));
}

/** One line of the reviewed list of routes. */
export function describeRoute({ route, policy }: DeclaredRoute): string {
  if (!policy) return `${route} | undeclared`;
  const { rateLimit = 'default', audit } = policy;
  const { permission, parameters, preconditions = [], stepUp, forOthers }: EnforcedPolicy = policy;
  return [
    route,
    policy.public ? 'public' : 'signed-in',
    permission ?? (forOthers ? `${forOthers.permission} for others` : '-'),
    parameters?.name ?? '-',
    preconditions.map(({ name }) => name).join(' ') || '-',
    forOthers ? `${forOthers.stepUp} for others` : describeStepUp(stepUp),
    rateLimit,
    audit ? Object.values(audit).map(String).join(' ') : 'ownData' in policy ? 'own data' : '-',
  ].join(' | ');
}

function describeStepUp(stepUp: EnforcedPolicy['stepUp']): string {
  if (stepUp === undefined) return '-';
  if (stepUp === 'at-sign-in') return 'at-sign-in, by the handler';
  if (typeof stepUp === 'string') return stepUp;
  const secret = stepUp.codeInBody === 'totp' ? '' : ` of ${stepUp.secretOf.name}`;
  return `code in body: ${stepUp.codeInBody}${secret}`;
}

function handlersOf(prototype: object): object[] {
  const members = prototype as Record<string, () => unknown>;
  return new MetadataScanner()
    .getAllMethodNames(prototype)
    .map((name) => members[name])
    .filter((handler) => handler !== undefined)
    .filter((handler) => Reflect.hasMetadata(PATH_METADATA, handler));
}

function routeOf(base: string, handler: object): string {
  const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod;
  const path = Reflect.getMetadata(PATH_METADATA, handler) as string;
  return `${RequestMethod[method]} ${[base, path].join('/')}`;
}
