import { FastifyRequest } from 'fastify';
import { clientAddress } from './client-address';
import { readHost } from './host-name';
import { TrustedProxies } from './trusted-proxies';

/** The program at the other end, as far as it shows itself. */
export interface Client {
  userAgent: string;
  address: string;
}

const clients = new WeakMap<FastifyRequest, Client>();

/**
 * The client of a request: one and the same object, however often it is asked for.
 * @param proxies whose word on the client's address counts
 */
export function clientOf(request: FastifyRequest, proxies: TrustedProxies): Client {
  const known = clients.get(request);
  if (known) return known;
  const client = readClient(request, proxies);
  clients.set(request, client);
  return client;
}

/** @throws Error when nobody has asked who it is: the first hook of the web server does */
export function knownClient(request: FastifyRequest): Client {
  const client = clients.get(request);
  if (!client) throw new Error('The client is not known: it must be read first.');
  return client;
}

function readClient(request: FastifyRequest, proxies: TrustedProxies): Client {
  return {
    userAgent: request.headers['user-agent'] ?? '',
    address: clientAddress(
      request.socket.remoteAddress,
      header(request, 'x-forwarded-for'),
      proxies,
    ),
  };
}

/** The Host header if it names a host, else the empty text (contract §5). */
export function hostOf(request: FastifyRequest): string {
  return readHost(header(request, 'host'));
}

/** A header's text. Node joins a repeated header with commas, so a second value cannot hide behind the first. */
export function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
