import { setTimeout as wait } from 'node:timers/promises';
import { FastifyInstance } from 'fastify';
import { whenOver } from './request-end';

/**
 * When the server stops, lets the requests that run come to their end, and then closes what connections there still
 * are. Without it a connection that was opened and never used, or half a request, would keep the process alive.
 * @param boundMs for how long requests may go on
 */
export function closeConnectionsInTime(instance: FastifyInstance, boundMs: number): void {
  let running = 0;
  let onIdle = (): void => undefined;
  instance.addHook('onRequest', (request, reply, done) => {
    running += 1;
    whenOver(request, reply, () => {
      running -= 1;
      if (running === 0) onIdle();
    });
    done();
  });
  instance.addHook('preClose', (done) => {
    const idle = new Promise<void>((resolve) => {
      onIdle = resolve;
      if (running === 0) resolve();
    });
    const bound = wait(boundMs, undefined, { ref: false });
    void Promise.race([idle, bound]).then(() => {
      // Not before the server has stopped listening, which it does when this hook is done.
      setImmediate(() => {
        instance.server.closeAllConnections();
      });
    });
    done();
  });
}
