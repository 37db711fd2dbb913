import { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors/api-error';
import { failureOf } from '../errors/request-failure';
import { clientOf } from '../http/client';
import { whenOver } from '../http/request-end';

/** Of a client's own texts, in characters. */
const LONGEST_TEXT = 256;
/** Those that OpenTelemetry's conventions know; any other is `_OTHER`. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'CONNECT'];
/** They are asked every few seconds. */
const PROBES = '/health/';

const logger = new Logger('Http');

/** What is written of a request, in the names of OpenTelemetry's stable semantic conventions (HTTP 1.23 on). */
export interface RequestLine {
  request_id: string;
  'http.request.method'?: string | undefined;
  /** The route's template. Never the path itself, nor the query: they may hold a session id or a secret. */
  'http.route'?: string | undefined;
  /** Absent when the client was gone before the answer. */
  'http.response.status_code'?: number | undefined;
  /** The kind of refusal, or `aborted` when the client did not take its whole answer. */
  'error.type'?: string | undefined;
  /** In seconds. */
  'http.server.request.duration'?: number | undefined;
  /** The client, as the trusted proxies name it. */
  'client.address'?: string | undefined;
  /** Who holds the connection, where the client is not known. */
  'network.peer.address'?: string | undefined;
  'user_agent.original'?: string | undefined;
}

/** Writes one line per request when it is over, however it ends. `identifyClients` must run before. */
export function logRequests(
  instance: FastifyInstance,
  /** Further fields, found while the request runs. */
  surroundings?: (request: FastifyRequest) => object | undefined,
): void {
  instance.addHook('onRequest', (request, reply, done) => {
    const begun = performance.now();
    whenOver(request, reply, () => {
      const seconds = Math.round((performance.now() - begun) * 1000) / 1_000_000;
      writeLine({ ...requestLine(request, reply, seconds), ...surroundings?.(request) });
    });
    done();
  });
}

/** For a request that reaches no hook: its path cannot be decoded. */
export function logUnreadablePath(request: FastifyRequest, status: number): void {
  writeLine({
    request_id: request.id,
    'http.request.method': methodOf(request.raw),
    'http.response.status_code': status,
    'error.type': 'unreadable-path',
    'network.peer.address': request.socket.remoteAddress,
    'user_agent.original': userAgentOf(request.raw),
  });
}

/** For what Node's HTTP parser has rejected. @param code Node's, such as `HPE_HEADER_OVERFLOW` */
export function logUnreadableRequest(
  requestId: string,
  status: number,
  code: string | undefined,
  peer: string | undefined,
): void {
  writeLine({
    request_id: requestId,
    'http.response.status_code': status,
    'error.type': code ?? 'unreadable',
    'network.peer.address': peer,
  });
}

function requestLine(request: FastifyRequest, { raw }: FastifyReply, seconds: number): RequestLine {
  const status = raw.headersSent ? raw.statusCode : undefined;
  return {
    request_id: request.id,
    'http.request.method': methodOf(request.raw),
    'http.route': request.routeOptions.url,
    'http.response.status_code': status,
    'error.type': raw.writableFinished ? errorType(request, raw.statusCode) : 'aborted',
    'http.server.request.duration': seconds,
    'client.address': clientOf(request).address,
    'user_agent.original': userAgentOf(request.raw),
  };
}

/** The words of our own refusals, else the status: few different ones, and nothing that a client sent. */
function errorType(request: FastifyRequest, status: number): string | undefined {
  if (status < 400) return undefined;
  const failure = failureOf(request);
  const isAnswered = failure instanceof ApiError && failure.problem.status === status;
  return isAnswered ? failure.problem.kind : String(status);
}

function writeLine(line: RequestLine): void {
  const { 'http.request.method': method, 'http.route': route } = line;
  const status = line['http.response.status_code'] ?? 0;
  const msg = `${method ?? 'unreadable'} ${route ?? '(no route)'} ${status || 'no answer'}`;
  if (status >= 500) logger.error({ ...line, msg });
  else if (status < 400 && route?.startsWith(PROBES)) logger.debug({ ...line, msg });
  else logger.log({ ...line, msg });
}

function methodOf({ method = '' }: IncomingMessage): string {
  return METHODS.includes(method) ? method : '_OTHER';
}

function userAgentOf({ headers }: IncomingMessage): string | undefined {
  return headers['user-agent']?.slice(0, LONGEST_TEXT);
}
