import { FastifyInstance, FastifyRequest } from 'fastify';
import { Attached } from '../attached/attached';
import { clientAddress } from './client-address';
import { readHost } from './host-name';
import { TrustedProxies } from './trusted-proxies';

export interface Client {
  userAgent: string;
  address: string;
}

const clients = new Attached<FastifyRequest, Client>();

/** Identifies the client of every request; must run before all other hooks. */
export function identifyClients(instance: FastifyInstance, proxies: TrustedProxies): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    clients.set(request, readClient(request, proxies));
    done();
  });
}

/** The same object each time, so that notes of the request can be attached to it. @throws Error when `identifyClients` has not run */
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

/** The Host header if it is valid, else the empty string (contract §5). */
export function hostOf(request: FastifyRequest): string {
  return readHost(header(request, 'host'));
}

/** Joins repeated headers with commas, as Node does, so a second value cannot hide behind the first. */
export function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
