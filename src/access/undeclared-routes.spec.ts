import fastify from 'fastify';
import { refuseUndeclaredRoutes } from './undeclared-routes';

describe('refuseUndeclaredRoutes', () => {
  const instance = fastify({ exposeHeadRoutes: false });
  refuseUndeclaredRoutes(instance);
  const handler = (): string => 'served';

  it('refuses a route of the API that declares no policy', () => {
    expect(() => instance.get('/api/v1/secret', handler)).toThrow(
      'GET /api/v1/secret does not declare how it is protected.',
    );
  });

  it('accepts a declared route, and what is not the API', () => {
    const config = { policy: { permission: 'view-device-management' } } as const;
    expect(() => instance.get('/api/v1/declared', { config }, handler)).not.toThrow();
    expect(() => instance.get('/api-docs', handler)).not.toThrow();
  });
});
