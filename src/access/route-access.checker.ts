import { Injectable, OnModuleInit, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ROUTE_ACCESS, RouteAccess } from './route-access';

/** A route and how it is protected; `access` is undefined where nobody has said. */
export interface ProtectedRoute {
  route: string;
  access: RouteAccess | undefined;
}

/** Deny by default: the service does not start with a route that does not say how it is protected. */
@Injectable()
export class RouteAccessChecker implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error naming every route without a declaration */
  onModuleInit(): void {
    const bare = this.routes().filter(({ access }) => !access);
    if (bare.length === 0) return;
    throw new Error(
      `These routes do not declare how they are protected: ${bare.map(({ route }) => route).join(', ')}`,
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
