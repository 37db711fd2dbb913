import { Injectable, OnModuleInit, Type } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, ModuleRef } from '@nestjs/core';
import { EnforcedPolicy } from './access-policy';
import { DeclaredRoute, declaredRoutes } from './declared-routes';
import { GUARDS } from './guards';

/**
 * Deny by default: the service does not start where the guards are not in place, in their order; with a route that does not
 * say what it demands; nor with one that changes something, or that demands a permission, and does not say what the log is
 * told of it.
 */
@Injectable()
export class RouteAccessChecker implements OnModuleInit {
  constructor(
    private readonly application: ApplicationConfig,
    private readonly discovery: DiscoveryService,
    private readonly modules: ModuleRef,
  ) {}

  /** @throws Error naming what is missing, and where */
  onModuleInit(): void {
    this.demandGuards();
    const routes = this.routes();
    refuse(
      'do not declare how they are protected',
      routes.filter(({ policy }) => !policy),
    );
    refuse(
      'do not declare what the log is told of them',
      routes.filter((route) => mustBeTold(route) && !route.policy?.audit),
    );
    refuse(
      'name a precondition, or a source of a secret, that no module provides',
      routes.filter((route) => !this.isProvided(route)),
    );
  }

  /** All routes of the application, sorted. */
  routes(): DeclaredRoute[] {
    return declaredRoutes(
      this.discovery
        .getControllers()
        .map(({ metatype }) => metatype)
        .filter((controller) => controller !== null) as Type[],
    );
  }

  private demandGuards(): void {
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

/** Whatever changes something and whatever is administrative. A GET of one's own is neither. */
function mustBeTold({ route, policy }: DeclaredRoute): boolean {
  return !route.startsWith('GET ') || (policy !== undefined && 'permission' in policy);
}

/** What the guards ask for by its class when a request comes. */
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
