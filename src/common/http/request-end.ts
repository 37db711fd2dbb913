import { Socket } from 'node:net';
import { FastifyReply, FastifyRequest } from 'fastify';
import { Attached } from '../attached/attached';
import { Bag } from '../attached/bag';

const waiting = new Attached<Socket, Bag<() => void>>();

/**
 * Calls back once when a request has ended. A pipelined response whose connection breaks emits no `close`; the socket
 * does.
 */
export function whenOver(request: FastifyRequest, reply: FastifyReply, callback: () => void): void {
  const ends = endsOf(request.raw.socket);
  const end = (): void => {
    if (ends.delete(end)) callback();
  };
  ends.add(end);
  reply.raw.once('close', end);
}

/** One listener per connection, however many requests are pipelined on it. */
function endsOf(socket: Socket): Bag<() => void> {
  const known = waiting.get(socket);
  if (known) return known;
  const ends = new Bag<() => void>();
  waiting.set(socket, ends);
  socket.once('close', () => {
    for (const end of ends) end();
  });
  return ends;
}
