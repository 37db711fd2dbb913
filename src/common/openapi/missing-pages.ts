import { HttpException } from '@nestjs/common';
import { FastifyError, FastifyInstance } from 'fastify';

/** Static files say 403 to a path that they do not look up, such as `../x`. */
const MISSING = [403, 404];

/**
 * Answers errors below this path as everywhere (contract §1): its routes are registered before the error handler of the
 * API, so Fastify would answer in its own shape. Must be called before they are registered.
 */
export function answerMissingPages(instance: FastifyInstance, path: string): void {
  instance.addHook('onRoute', (route) => {
    if (!route.url.startsWith(path)) return;
    route.errorHandler = (error, request, reply) => {
      if (MISSING.includes(statusOf(error))) reply.callNotFound();
      else instance.errorHandler(error, request, reply);
    };
  });
}

function statusOf(error: FastifyError | HttpException): number {
  return error instanceof HttpException ? error.getStatus() : (error.statusCode ?? 500);
}
