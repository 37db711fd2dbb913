import { Injectable, OnModuleInit, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ROUTE_ACCESS, RouteAccess } from './route-access';

/** A route and how it is protected; `access` is undefined where nobody has said. */
export interface ProtectedRoute {
  route: string;
  access: RouteAccess | undefined;
}

/**
 * Deny by default: the service does not start with a route that does not say how it is protected, nor with one that
 * changes something, or that asks for a permission, and does not say what the log is told of it.
 */
@Injectable()
export class RouteAccessChecker implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error naming every route without a declaration */
  onModuleInit(): void {
    const routes = this.routes();
    refuse(
      'do not declare how they are protected',
      routes.filter(({ access }) => !access),
    );
    refuse(
      'do not declare what the log is told of them',
      routes.filter((route) => mustBeTold(route) && !route.access?.audit),
    );
  }

  /** All routes of the application, sorted. */
  routes(): ProtectedRoute[] {
    return this.discovery
      .getControllers()
      .flatMap(({ instance, metatype }) => {
        const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
        const base = metatype ? this.reflector.get<string>(PATH_METADATA, metatype) : '';
        return this.scanner
          .getAllMethodNames(prototype)
          .map((name) => prototype[name])
          .filter((handler) => handler !== undefined)
          .filter((handler) => Reflect.hasMetadata(PATH_METADATA, handler))
          .map((handler) => ({
            route: this.describe(base, handler),
            access: this.access(handler),
          }));
      })
      .sort((a, b) => a.route.localeCompare(b.route));
  }

  private describe(base: string, handler: () => unknown): string {
    const method = this.reflector.get<RequestMethod>(METHOD_METADATA, handler);
    const path = this.reflector.get<string>(PATH_METADATA, handler);
    return `${RequestMethod[method]} ${[base, path].join('/')}`;
  }

  private access(handler: () => unknown): RouteAccess | undefined {
    return this.reflector.get<RouteAccess | undefined>(ROUTE_ACCESS, handler);
  }
}

/** Whatever changes something and whatever is administrative. A GET of one's own is neither. */
function mustBeTold({ route, access }: ProtectedRoute): boolean {
  return !route.startsWith('GET ') || (access !== undefined && 'permission' in access);
}

function refuse(fault: string, routes: ProtectedRoute[]): void {
  if (routes.length === 0) return;
  throw new Error(`These routes ${fault}: ${routes.map(({ route }) => route).join(', ')}`);
}
