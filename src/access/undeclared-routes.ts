import { FastifyInstance } from 'fastify';

/** Below it, everything is the API. */
const API = '/api/';

/**
 * Refuses a route of the API that no `@Access` declares, such as one that a plugin registers: no guard would see its
 * requests. Must be called before routes are registered.
 */
export function refuseUndeclaredRoutes(instance: FastifyInstance): void {
  instance.addHook('onRoute', ({ method, url, config }) => {
    if (!url.startsWith(API) || config?.policy) return;
    throw new Error(`${String(method)} ${url} does not declare how it is protected.`);
  });
}
