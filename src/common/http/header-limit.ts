import { FastifyInstance } from 'fastify';
import { ApiError } from '../errors/api-error';
import { TOO_MANY_HEADERS } from '../errors/common.problems';

const MAX_HEADERS = 100;

/** Refuses too many headers. Node's own limit would silently drop the last ones, which our proxies add. */
export function limitHeaders(instance: FastifyInstance): void {
  instance.server.maxHeadersCount = 0;
  instance.addHook('onRequest', ({ raw }, _reply, done) => {
    const isTooMany = raw.rawHeaders.length / 2 > MAX_HEADERS;
    done(isTooMany ? new ApiError(TOO_MANY_HEADERS) : undefined);
  });
}
