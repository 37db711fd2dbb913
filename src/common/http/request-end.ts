import { Socket } from 'node:net';
import { FastifyReply, FastifyRequest } from 'fastify';

/** What waits for the end of each connection's requests. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls back once when a request is over, whatever became of it. The response says so itself, but not one that waited for
 * its turn on a connection that breaks: there the connection does.
 */
export function whenOver(request: FastifyRequest, reply: FastifyReply, callback: () => void): void {
  const ends = endsOf(request.raw.socket);
  const end = (): void => {
    if (ends.delete(end)) callback();
  };
  ends.add(end);
  reply.raw.once('close', end);
}

/** One listener for each connection, however many requests come in on it at once. */
function endsOf(socket: Socket): Set<() => void> {
  const known = waiting.get(socket);
  if (known) return known;
  const ends = new Set<() => void>();
  waiting.set(socket, ends);
  socket.once('close', () => {
    for (const end of [...ends]) end();
  });
  return ends;
}
