import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { listenRefusal } from '../common/http/listen-refusal';
import { Readiness } from '../health/readiness';

const JSON_TYPE = 'application/json; charset=utf-8';
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const LIMITS = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 5000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 5000,
};
/** A few probes and Prometheus servers. */
const MAX_CONNECTIONS = 64;

export interface ManagementSources {
  /** In Prometheus' text format. */
  metrics: () => Promise<string>;
  ready: () => Promise<Readiness>;
}

export interface ManagementServer {
  url: string;
  close: () => Promise<void>;
}

interface ManagementAnswer {
  status: number;
  type: string;
  body: string;
}

/**
 * Health and metrics on a port of their own, which the operator opens to probes and Prometheus only. Node's own server:
 * it must answer when the service is busy, and knows nothing of users.
 * @throws OperatorError if it cannot listen there
 */
export async function startManagementServer(
  sources: ManagementSources,
  port: number,
  host: string,
): Promise<ManagementServer> {
  const metrics = shared(sources.metrics);
  const server = createServer(LIMITS, (request, response) => {
    void respond(request, response, { ...sources, metrics });
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, port, host);
  const { address, family, port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw listenRefusal(error, port, host, 'MANAGEMENT_') ?? error;
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  sources: ManagementSources,
): Promise<void> {
  // No request has a body; one that has is answered and not read.
  if (request.headers['content-length'] || request.headers['transfer-encoding']) {
    response.setHeader('connection', 'close');
  }
  const { status, type, body } = await answerTo(request, sources).catch(() =>
    json(500, { success: false, error: 'Internal server error' }),
  );
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

async function answerTo(
  { method, url = '' }: IncomingMessage,
  { metrics, ready }: ManagementSources,
): Promise<ManagementAnswer> {
  const [path = ''] = url.split('?');
  switch (method === 'GET' ? path : '') {
    case '/health/live':
      return json(200, { status: 'ok' });
    case '/health/ready': {
      const readiness = await ready();
      return json(readiness.status === 'ok' ? 200 : 503, readiness);
    }
    case '/metrics':
      return { status: 200, type: METRICS_TYPE, body: await metrics() };
    default:
      return json(404, { success: false, error: 'Not Found' });
  }
}

function json(status: number, body: object): ManagementAnswer {
  return { status, type: JSON_TYPE, body: JSON.stringify(body) };
}

/** All who ask at once get the same answer, so that a flood makes no more work than one. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined;
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
