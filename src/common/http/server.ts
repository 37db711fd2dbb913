import { STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import helmet from '@fastify/helmet';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyReply, FastifyRequest } from 'fastify';
import { failure } from '../errors/answers';
import { markUnreadable } from './body';
import { closeConnectionsInTime } from './connections';
import { parseQueryString } from './query-string';

/** The largest body that is read, in bytes. Every body of this API fits into a fraction of it. */
const BODY_LIMIT = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
/** The one route that takes `application/x-www-form-urlencoded`. */
const FORM = 'application/x-www-form-urlencoded';
const FORM_ROUTE = '/api/v1/login';

/**
 * The web server under every instance of the application: the service and its tests.
 * @param timeoutMs after which a request that still waits for the database is answered 503, whatever the driver does
 */
export function createHttpAdapter(timeoutMs: number): FastifyAdapter {
  const adapter = new FastifyAdapter({
    handlerTimeout: timeoutMs,
    // For a request to arrive, in milliseconds: nobody holds a connection with half of one.
    requestTimeout: REQUEST_TIMEOUT_MS,
    // While stopping, what still comes in on an open connection is served like anything else.
    return503OnClosing: false,
    http: { requireHostHeader: false },
    bodyLimit: BODY_LIMIT,
    // A HEAD would run the whole route, and spend a code, for an answer without a body.
    exposeHeadRoutes: false,
    routerOptions: { querystringParser: parseQueryString },
    frameworkErrors: answerUnreadablePath,
    clientErrorHandler: answerUnreadableRequest,
  });
  readBodies(adapter);
  return adapter;
}

/**
 * Bodies are read before anybody is asked who they are, but a bad one is refused only afterwards (contract §1): it is
 * marked here and refused by whoever wants it. Only one that is too large is refused at once.
 *
 * An empty body is none, not broken JSON: clients announce JSON on every POST, also where there is nothing to say.
 */
function readBodies(adapter: FastifyAdapter): void {
  const instance = adapter.getInstance();
  const parse = instance.getDefaultJsonParser('error', 'error');
  const options = { bodyLimit: BODY_LIMIT };
  adapter.useBodyParser('application/json', false, options, (request, body, done) => {
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    void parse(request, body.toString(), (error, value) => {
      if (error) markUnreadable(request);
      done(null, value);
    });
  });
  adapter.useBodyParser(FORM, false, options, (request: FastifyRequest, body, done) => {
    // A sign-in form may be posted as it is; everything else comes in as JSON.
    const isTaken = request.routeOptions.url === FORM_ROUTE;
    if (!isTaken) markUnreadable(request);
    done(null, isTaken ? parseQueryString(body.toString()) : undefined);
  });
  instance.addContentTypeParser('*', { parseAs: 'buffer', ...options }, (request, _body, done) => {
    markUnreadable(request);
    done(null, undefined);
  });
}

/**
 * The headers that every answer carries, whatever became of the request; and an end for every connection.
 * @param timeoutMs as of `createHttpAdapter`
 */
export async function prepareHttp(app: NestFastifyApplication, timeoutMs: number): Promise<void> {
  closeConnectionsInTime(app.getHttpAdapter().getInstance(), timeoutMs);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        // What Swagger UI needs to run, and to call nobody but this service.
        connectSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (_request, reply, done) => {
      reply.header('cache-control', 'no-store');
      done();
    });
}

/** Answers a path that cannot be decoded: it never reaches a route, nor the exception filter. */
function answerUnreadablePath(_error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = failure(400, 'Bad Request');
  void reply.code(status).header('cache-control', 'no-store').send(body);
}

/** Answers what Node's HTTP parser could not read, in the shape of every other error, and hangs up. */
function answerUnreadableRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body } = unreadable(error.code);
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      'content-type: application/json; charset=utf-8\r\ncache-control: no-store\r\nconnection: close\r\n' +
      `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

function unreadable(code: string | undefined): { status: number; body: object } {
  if (code === 'HPE_HEADER_OVERFLOW') return failure(431, 'Request Header Fields Too Large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return failure(408, 'Request Timeout');
  return failure(400, 'Bad Request');
}
