import { Logger } from '@nestjs/common';
import { FastifyInstance } from 'fastify';

const QUIET_MS = 60_000;

/**
 * Limits connections, so that a client cannot exhaust memory and file descriptors. Idle ones make room for new ones.
 * Not by `server.maxConnections`: a process of a cluster that is full would hand the connection back to the primary,
 * which offers it again at once, round and round, for as long as all are full.
 */
export function limitConnections(instance: FastifyInstance, maxConnections: number): void {
  const logger = new Logger('Connections');
  let isQuiet = false;
  let open = 0;
  const { server } = instance;
  server.on('connection', (socket) => {
    if (open >= maxConnections) {
      socket.destroy();
      // Node's event for it, to which the metrics listen.
      server.emit('drop');
      refuse();
      return;
    }
    open += 1;
    socket.once('close', () => (open -= 1));
  });
  const refuse = (): void => {
    server.closeIdleConnections();
    if (isQuiet) return;
    isQuiet = true;
    setTimeout(() => (isQuiet = false), QUIET_MS).unref();
    logger.warn(`MAX_CONNECTIONS (${maxConnections}) is reached: new connections are refused.`);
  };
}
