import { setTimeout as wait } from 'node:timers/promises';
import { FastifyInstance } from 'fastify';
import { whenOver } from './request-end';

/**
 * How long a shutdown leaves connections open that are idle, or new: a request may be on its way, and closing the
 * connection would lose it (RFC 9112 §9.6). Longer than a round trip to any proxy; never more than half of the bound.
 */
const LINGER_MS = 1000;

/**
 * On shutdown, tells every client with its answer to send no more on this connection, closes what stays idle, and all
 * connections once the running requests have ended, after `boundMs` at the latest.
 */
export function closeConnectionsInTime(instance: FastifyInstance, boundMs: number): void {
  const running = new Count();
  const open = new Count();
  const lingerMs = Math.min(LINGER_MS, boundMs / 2);
  let isClosing = false;
  instance.server.on('connection', (socket) => {
    open.add();
    socket.once('close', () => {
      open.remove();
    });
  });
  instance.addHook('onRequest', (request, reply, done) => {
    running.add();
    whenOver(request, reply, () => {
      running.remove();
    });
    done();
  });
  // Fastify does so for requests that begin later.
  instance.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) void reply.header('connection', 'close');
    done();
  });
  instance.addHook('preClose', (done) => {
    isClosing = true;
    const bound = pause(boundMs);
    void Promise.race([open.zero(), pause(lingerMs)]).then(async () => {
      // The server stops listening, and closes idle connections.
      done();
      const finished = pause(lingerMs).then(() => running.zero());
      await Promise.race([open.zero(), finished, bound]);
      setImmediate(() => {
        instance.server.closeAllConnections();
      });
    });
  });
}

function pause(ms: number): Promise<void> {
  return wait(ms, undefined, { ref: false });
}

/** How many there are of something, and when there is none. */
class Count {
  private count = 0;
  private waiting: (() => void)[] = [];

  add(): void {
    this.count += 1;
  }

  remove(): void {
    this.count -= 1;
    if (this.count > 0) return;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  zero(): Promise<void> {
    if (this.count === 0) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
