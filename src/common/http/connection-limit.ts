import { Logger } from '@nestjs/common';
import { FastifyInstance } from 'fastify';

const QUIET_MS = 60_000;

/**
 * Limits connections, so that a client cannot exhaust memory and file descriptors. Idle ones make room for new ones.
 */
export function limitConnections(instance: FastifyInstance, maxConnections: number): void {
  const logger = new Logger('Connections');
  let isQuiet = false;
  const { server } = instance;
  server.maxConnections = maxConnections;
  server.on('drop', () => {
    server.closeIdleConnections();
    if (isQuiet) return;
    isQuiet = true;
    setTimeout(() => (isQuiet = false), QUIET_MS).unref();
    logger.warn(`MAX_CONNECTIONS (${maxConnections}) is reached: new connections are refused.`);
  });
}
