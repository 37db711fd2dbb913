import { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { FastifyInstance } from 'fastify';
import { failure } from '../errors/answer';
import { answerRaw } from './unreadable-request';

/** Answers requests that Node would answer by itself, in a shape of its own or not at all (contract §1). */
export function answerUnusualRequests({ server }: FastifyInstance): void {
  // Node would close the connection silently.
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined);
    // Node has let go of it: the client's half would stay open for as long as the client likes.
    socket.once('finish', () => socket.destroy());
    answerRaw(socket, failure(404, 'Not Found'));
  });
  // An unknown expectation may be ignored (RFC 9110 §10.1.1); Node would answer 417 without a body.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}
