import { randomUUID } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { FastifyInstance } from 'fastify';

/** Of requests and answers. */
export const REQUEST_ID = 'x-request-id';

/** A repeated header arrives joined by commas, so it does not match either (contract §7). */
const ACCEPTED = /^[A-Za-z0-9._:-]{1,128}$/;

/** The client's or proxy's id of a request if it may stand in a log line, else a new one. */
export function identifyRequest({ headers }: IncomingMessage): string {
  const given = headers[REQUEST_ID];
  return typeof given === 'string' && ACCEPTED.test(given) ? given : newRequestId();
}

export function newRequestId(): string {
  return randomUUID();
}

/** Sends the id with every answer that passes Fastify's hooks; must run before hooks that answer. */
export function sendRequestIds(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID, request.id);
    done();
  });
}
