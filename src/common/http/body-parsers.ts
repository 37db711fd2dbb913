import { FastifyAdapter } from '@nestjs/platform-fastify';
import { FastifyInstance, FastifyRequest } from 'fastify';
import { markUnreadable } from './body';
import { isModestJson } from './json-shape';
import { FORM_TYPE, JSON_TYPE, OTHER_TYPE, readMediaType } from './media-type';
import { parsePairs } from './query-string';

/** In bytes; every body of this API is a fraction of it. */
export const BODY_LIMIT = 64 * 1024;

const FORM_ROUTE = '/api/v1/login';

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Parses bodies before authentication; an unreadable one is refused after it (contract §1), a too large one at once.
 * An empty body counts as absent, since clients announce JSON on every POST.
 */
export function readBodies(adapter: FastifyAdapter): void {
  const instance = adapter.getInstance();
  const options = { bodyLimit: BODY_LIMIT };
  const parseJson = jsonParser(instance);
  adapter.useBodyParser(JSON_TYPE, false, options, unlessEmpty(parseJson));
  adapter.useBodyParser(FORM_TYPE, false, options, unlessEmpty(parseForm));
  instance.addContentTypeParser('*', { parseAs: 'buffer', ...options }, unlessEmpty(parseNothing));
  // Fastify would refuse a malformed media type before authentication, and any QUERY without one before its 404.
  instance.addHook('onRequest', ({ method, raw: { headers } }, _reply, done) => {
    const type = headers['content-type'] ?? (method === 'QUERY' ? OTHER_TYPE : undefined);
    if (type !== undefined) headers['content-type'] = readMediaType(type);
    done();
  });
}

function unlessEmpty(
  parse: (request: FastifyRequest, body: Buffer, done: Done) => void,
): (request: FastifyRequest, body: Buffer, done: Done) => void {
  return (request, body, done) => {
    if (body.length === 0) done(null);
    else parse(request, body, done);
  };
}

function jsonParser(
  instance: FastifyInstance,
): (request: FastifyRequest, body: Buffer, done: Done) => void {
  const parse = instance.getDefaultJsonParser('error', 'error');
  return (request, body, done) => {
    if (!isModestJson(body)) {
      parseNothing(request, body, done);
      return;
    }
    void parse(request, body.toString(), (error, value) => {
      if (error) markUnreadable(request);
      done(null, value);
    });
  };
}

function parseForm(request: FastifyRequest, body: Buffer, done: Done): void {
  const form = request.routeOptions.url === FORM_ROUTE ? parsePairs(body.toString()) : undefined;
  if (!form || form.isCutOff) parseNothing(request, body, done);
  else done(null, form.parameters);
}

function parseNothing(request: FastifyRequest, _body: Buffer, done: Done): void {
  markUnreadable(request);
  done(null);
}
