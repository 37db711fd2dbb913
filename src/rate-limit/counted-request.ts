import { FastifyRequest } from 'fastify';
import { clientOf } from '../common/http/client';
import { countedAddress } from '../common/http/counted-address';

/** As declared, so that parameters in a path make no other route. */
export function routeOf(request: FastifyRequest): string {
  return `${request.method} ${request.routeOptions.url ?? ''}`;
}

/** IPv6 by /64 (contract §7). */
export function addressOf(request: FastifyRequest): string {
  return countedAddress(clientOf(request).address);
}
