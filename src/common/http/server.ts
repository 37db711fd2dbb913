import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { BODY_LIMIT, readBodies } from './body-parsers';
import { limitConnections } from './connection-limit';
import { closeConnectionsInTime } from './connections';
import { limitHeaders } from './header-limit';
import { parseQueryString } from './query-string';
import { giveUpInTime } from './request-deadline';
import { identifyRequest, sendRequestIds } from './request-id';
import { answerUnreadablePath, answerUnreadableRequest } from './unreadable-request';
import { answerUnusualRequests } from './unusual-requests';

/** Bounds how long a client can hold a connection with half a request. */
const ARRIVAL_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
const CHECK_INTERVAL_MS = 2000;
/** For a client that does not read its answer; longer than any request waits for the database. */
const IDLE_TIMEOUT_MS = 120_000;
/**
 * For a connection between two requests. Longer than the 60 s that nginx, ingress-nginx, many load balancers and the files of
 * deploy/ keep it: the proxy must be the one that gives it up, or it may send on one that is being closed.
 */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

export interface HttpSettings {
  requestTimeoutMs: number;
  maxConnections: number;
}

export function createHttpAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter({
    requestTimeout: ARRIVAL_TIMEOUT_MS,
    connectionTimeout: IDLE_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // During shutdown, requests on open connections are still served.
    return503OnClosing: false,
    http: {
      requireHostHeader: false,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    },
    bodyLimit: BODY_LIMIT,
    genReqId: identifyRequest,
    // A HEAD would run the whole route, and consume a code, for an answer without a body.
    exposeHeadRoutes: false,
    routerOptions: { querystringParser: parseQueryString },
    frameworkErrors: answerUnreadablePath,
    clientErrorHandler: answerUnreadableRequest,
  });
  sendRequestIds(adapter.getInstance());
  readBodies(adapter);
  return adapter;
}

export function prepareHttp(
  app: NestFastifyApplication,
  { requestTimeoutMs, maxConnections }: HttpSettings,
): void {
  const instance = app.getHttpAdapter().getInstance();
  limitConnections(instance, maxConnections);
  closeConnectionsInTime(instance, requestTimeoutMs);
  giveUpInTime(instance, requestTimeoutMs);
  limitHeaders(instance);
  answerUnusualRequests(instance);
}
