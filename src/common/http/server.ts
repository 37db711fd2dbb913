import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { BODY_LIMIT, readBodies } from './body-parsers';
import { limitConnections } from './connection-limit';
import { closeConnectionsInTime } from './connections';
import { limitHeaders } from './header-limit';
import { parseQueryString } from './query-string';
import { giveUpInTime } from './request-deadline';
import { sendSecurityHeaders } from './security-headers';
import { answerUnreadablePath, answerUnreadableRequest } from './unreadable-request';

/** For a request to arrive as a whole, and its headers: nobody holds a connection with half of one. */
const ARRIVAL_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** How often Node looks for requests that are overdue. */
const CHECK_INTERVAL_MS = 2000;
/** For a client that takes nothing of its answer. Longer than any request waits for the database. */
const IDLE_TIMEOUT_MS = 120_000;

/** What of the web server can be set from outside. */
export interface HttpSettings {
  /** In how many milliseconds a request is answered, whatever the database does. */
  requestTimeoutMs: number;
  maxConnections: number;
  /** 0: no `strict-transport-security`. */
  hstsMaxAgeSeconds: number;
}

/** The web server under every instance of the application: the service and its tests. */
export function createHttpAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter({
    requestTimeout: ARRIVAL_TIMEOUT_MS,
    connectionTimeout: IDLE_TIMEOUT_MS,
    // While stopping, what still comes in on an open connection is served like anything else.
    return503OnClosing: false,
    http: {
      requireHostHeader: false,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    },
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

/** What every request meets before its route, and an end for each of them and for every connection. */
export async function prepareHttp(
  app: NestFastifyApplication,
  { requestTimeoutMs, maxConnections, hstsMaxAgeSeconds }: HttpSettings,
): Promise<void> {
  const instance = app.getHttpAdapter().getInstance();
  limitConnections(instance, maxConnections);
  closeConnectionsInTime(instance, requestTimeoutMs);
  giveUpInTime(instance, requestTimeoutMs);
  await sendSecurityHeaders(app, hstsMaxAgeSeconds);
  limitHeaders(instance);
}
