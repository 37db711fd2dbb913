import { Injectable, OnModuleInit, Type } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, ModuleRef } from '@nestjs/core';
import { EnforcedPolicy } from './access-policy';
import { DeclaredRoute, declaredRoutes } from './declared-routes';
import { GUARDS } from './guards';

/**
 * Denies by default: the service does not start unless the guards are in place and in order, every route declares a
 * policy, and routes that change something or require a permission declare an audit event.
 */
@Injectable()
export class RouteAccessChecker implements OnModuleInit {
  constructor(
    private readonly application: ApplicationConfig,
    private readonly discovery: DiscoveryService,
    private readonly modules: ModuleRef,
  ) {}

  /** @throws Error naming the routes and what they lack */
  onModuleInit(): void {
    this.requireGuards();
    const routes = this.routes();
    refuse(
      'do not declare how they are protected',
      routes.filter(({ policy }) => !policy),
    );
    refuse(
      'do not declare an audit event',
      routes.filter((route) => mustBeAudited(route) && !route.policy?.audit),
    );
    refuse(
      'name a precondition, or a source of a secret, that no module provides',
      routes.filter((route) => !this.isProvided(route)),
    );
  }

  routes(): DeclaredRoute[] {
    return declaredRoutes(
      this.discovery
        .getControllers()
        .map(({ metatype }) => metatype)
        .filter((controller) => controller !== null) as Type[],
    );
  }

  private requireGuards(): void {
    const names = this.application.getGlobalGuards().map((guard) => guard.constructor);
    const isInPlace = names.length === GUARDS.length && GUARDS.every((one, n) => names[n] === one);
    if (isInPlace) return;
    throw new Error(`Every route must be guarded by ${list(GUARDS)}, not by ${list(names)}.`);
  }

  private isProvided({ policy }: DeclaredRoute): boolean {
    return namedProviders(policy).every((provider) => {
      try {
        return this.modules.get(provider, { strict: false }) instanceof provider;
      } catch {
        return false;
      }
    });
  }
}

/** Changes and administrative routes. A GET of the caller's own data is neither. */
function mustBeAudited({ route, policy }: DeclaredRoute): boolean {
  if (!route.startsWith('GET ')) return true;
  if (policy === undefined || 'ownData' in policy) return false;
  return 'permission' in policy || 'forOthers' in policy;
}

function namedProviders(policy: EnforcedPolicy = {}): readonly Type[] {
  const { preconditions = [], stepUp } = policy;
  const isNewSecret = typeof stepUp === 'object' && stepUp.codeInBody === 'new-totp-secret';
  return isNewSecret ? [...preconditions, stepUp.secretOf] : preconditions;
}

function refuse(fault: string, routes: DeclaredRoute[]): void {
  if (routes.length === 0) return;
  throw new Error(`These routes ${fault}: ${routes.map(({ route }) => route).join(', ')}`);
}

function list(guards: readonly { name: string }[]): string {
  return guards.map(({ name }) => name).join(', ') || 'none';
}
