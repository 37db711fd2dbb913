import { FastifyInstance } from 'fastify';
import { ApiError } from '../errors/api-error';
import { TOO_MANY_HEADERS } from '../errors/common.problems';

/** Several times what browsers and proxies send. */
const MAX_HEADERS = 100;

/**
 * Refuses a request with more headers than any client has reason to send. Node would drop those beyond its own limit
 * without a word, and the last ones are what our proxies have added.
 */
export function limitHeaders(instance: FastifyInstance): void {
  instance.server.maxHeadersCount = 0;
  instance.addHook('onRequest', ({ raw }, _reply, done) => {
    const isTooMany = raw.rawHeaders.length / 2 > MAX_HEADERS;
    done(isTooMany ? new ApiError(TOO_MANY_HEADERS) : undefined);
  });
}
