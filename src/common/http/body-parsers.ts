import { FastifyAdapter } from '@nestjs/platform-fastify';
import { FastifyInstance, FastifyRequest } from 'fastify';
import { markUnreadable } from './body';
import { isModestJson } from './json-shape';
import { FORM_TYPE, JSON_TYPE, readMediaType } from './media-type';
import { parsePairs } from './query-string';

/** The largest body that is read, in bytes. Every body of this API fits into a fraction of it. */
export const BODY_LIMIT = 64 * 1024;

/** The one route that takes `application/x-www-form-urlencoded`. */
const FORM_ROUTE = '/api/v1/login';

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Bodies are read before anybody is asked who they are, but a bad one is refused only afterwards (contract §1): it is
 * marked here and refused by whoever wants it. Only one that is too large is refused at once.
 *
 * An empty body is none, not a bad one: clients announce JSON on every POST, also where there is nothing to say.
 */
export function readBodies(adapter: FastifyAdapter): void {
  const instance = adapter.getInstance();
  const options = { bodyLimit: BODY_LIMIT };
  const parseJson = jsonParser(instance);
  adapter.useBodyParser(JSON_TYPE, false, options, unlessEmpty(parseJson));
  adapter.useBodyParser(FORM_TYPE, false, options, unlessEmpty(parseForm));
  instance.addContentTypeParser('*', { parseAs: 'buffer', ...options }, unlessEmpty(parseNothing));
  // The web server would refuse what is no media type at once, before anybody is asked who they are.
  instance.addHook('onRequest', ({ raw: { headers } }, _reply, done) => {
    const type = headers['content-type'];
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

/** A sign-in form may be posted as it is; everything else comes in as JSON. */
function parseForm(request: FastifyRequest, body: Buffer, done: Done): void {
  const form = request.routeOptions.url === FORM_ROUTE ? parsePairs(body.toString()) : undefined;
  if (!form || form.isCutOff) parseNothing(request, body, done);
  else done(null, form.parameters);
}

function parseNothing(request: FastifyRequest, _body: Buffer, done: Done): void {
  markUnreadable(request);
  done(null);
}
