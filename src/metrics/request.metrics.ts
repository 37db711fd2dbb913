import { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Counter, Gauge, Registry } from 'prom-client';
import { whenOver } from '../common/http/request-end';
import { DurationHistogram } from './duration.histogram';

/** A client may send any method; the rest are counted as one. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
/** Fastify answers all requests without a route as one. */
const NO_ROUTE = 'none';

export type AnsweredListener = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Each request by its route's template, never by its path. Must be the first hook: another one may answer.
 * @param answered is called for each request that was answered
 */
export function measureRequests(
  registry: Registry,
  instance: FastifyInstance,
  answered: AnsweredListener,
): void {
  const durations = new DurationHistogram(
    {
      name: 'ws_http_request_duration_seconds',
      help: 'Time from the headers of a request to the end of its answer.',
      labelNames: ['route', 'method', 'status'],
    },
    registry,
  );
  let inFlight = 0;
  let routed = 0;
  instance.addHook('onRequest', (request, reply, done) => {
    inFlight += 1;
    routed += 1;
    whenOver(request, reply, () => {
      inFlight -= 1;
      const isAnswered = reply.raw.writableFinished;
      const status = isAnswered ? String(reply.statusCode) : 'aborted';
      const labels = [routeOf(request), methodOf(request), status];
      durations.observe(reply.elapsedTime / 1000, labels);
      if (isAnswered) answered(request, reply);
    });
    done();
  });
  new Gauge({
    name: 'ws_http_requests_in_flight',
    help: 'Requests that are being answered.',
    registers: [registry],
    collect() {
      this.set(inFlight);
    },
  });
  countConnections(registry, instance, () => routed);
}

/** What reaches no route, because it is no HTTP, has an unreadable path, or finds no connection. */
function countConnections(
  registry: Registry,
  { server }: FastifyInstance,
  routed: () => number,
): void {
  let arrived = 0;
  let unreadable = 0;
  let dropped = 0;
  server.on('request', () => (arrived += 1));
  server.on('clientError', () => (unreadable += 1));
  server.on('drop', () => (dropped += 1));
  new Counter({
    name: 'ws_http_unreadable_requests_total',
    help: 'Requests that could not be read: no HTTP, too slow, headers too large, or a path that cannot be decoded.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(unreadable + arrived - routed());
    },
  });
  new Counter({
    name: 'ws_http_connections_dropped_total',
    help: 'Connections that were closed unanswered because MAX_CONNECTIONS was reached.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(dropped);
    },
  });
  new Gauge({
    name: 'ws_http_connections',
    help: 'Open connections, also idle ones.',
    registers: [registry],
    async collect() {
      this.set(await connectionsOf(server));
    },
  });
}

/** The template of the route, never the path. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? NO_ROUTE;
}

function methodOf({ method }: FastifyRequest): string {
  return METHODS.includes(method) ? method : 'other';
}

function connectionsOf(server: FastifyInstance['server']): Promise<number> {
  return new Promise((resolve) => {
    server.getConnections((error, count) => {
      resolve(error ? 0 : count);
    });
  });
}
