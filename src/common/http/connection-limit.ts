import { Logger } from '@nestjs/common';
import { FastifyInstance } from 'fastify';

/** How often the log says that the limit is reached, in milliseconds. */
const QUIET_MS = 60_000;

/**
 * Takes no more connections than so many, so that nobody can use up the process's memory and file descriptors by opening
 * them. A connection beyond the limit is closed at once; those on which nobody asks anything make room for the next.
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
    logger.warn(`There are ${maxConnections} connections (MAX_CONNECTIONS): others are refused.`);
  });
}
