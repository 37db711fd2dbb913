import { FastifyRequest } from 'fastify';
import { clientAddress } from './client-address';

/** The longest name of DNS (RFC 1035 §2.3.4) with a port, so that a client cannot fill the list of sessions. */
const MAX_HOST = 260;

/** The program at the other end, as far as it shows itself. */
export interface Client {
  userAgent: string;
  address: string;
}

/** @param trustedProxies `TRUSTED_PROXY_COUNT` */
export function clientOf(request: FastifyRequest, trustedProxies: number): Client {
  return {
    userAgent: request.headers['user-agent'] ?? '',
    address: clientAddress(
      request.socket.remoteAddress,
      header(request, 'x-forwarded-for'),
      trustedProxies,
    ),
  };
}

/** The Host header, as far as it may be kept. */
export function hostOf(request: FastifyRequest): string {
  return (header(request, 'host') ?? '').slice(0, MAX_HOST);
}

/** A header's text. Node joins a repeated header with commas, so a second value cannot hide behind the first. */
export function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
