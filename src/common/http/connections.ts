import { setTimeout as wait } from 'node:timers/promises';
import { FastifyInstance } from 'fastify';
import { whenOver } from './request-end';

/** On shutdown, closes all connections once the running requests have ended, after `boundMs` at the latest. */
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
      // The server stops listening only after this hook.
      setImmediate(() => {
        instance.server.closeAllConnections();
      });
    });
    done();
  });
}
