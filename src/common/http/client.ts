import { FastifyInstance, FastifyRequest } from 'fastify';
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
 * Reads the client of every request, once, before anything else meets the request.
 * @param proxies whose word on the client's address counts
 */
export function identifyClients(instance: FastifyInstance, proxies: TrustedProxies): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    clients.set(request, readClient(request, proxies));
    done();
  });
}

/**
 * The client of a request: the same object each time, so that notes can be made at it.
 * @throws Error when `identifyClients` has not seen the request
 */
export function clientOf(request: FastifyRequest): Client {
  const client = clients.get(request);
  if (!client) throw new Error('The client is not known: identifyClients must run first.');
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
