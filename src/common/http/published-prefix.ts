import { FastifyRequest } from 'fastify';
import { header } from './client';
import { isPathPrefix } from './path-prefix';
import { TrustedProxies } from './trusted-proxies';

/**
 * The path prefix that a proxy has stripped, from `x-forwarded-prefix`; undefined without one, and when anybody but a
 * trusted proxy says so, or it is no plain path.
 */
export function publishedPrefix(
  request: FastifyRequest,
  proxies: TrustedProxies,
): string | undefined {
  if (proxies.count === 0 || !proxies.includes(request.socket.remoteAddress)) return undefined;
  const prefix = header(request, 'x-forwarded-prefix')?.replace(/\/$/, '');
  return prefix !== undefined && isPathPrefix(prefix) ? prefix : undefined;
}
