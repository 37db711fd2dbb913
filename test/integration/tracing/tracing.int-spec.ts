import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { SystemClock } from '../../../src/common/clock/clock';
import { recordPrinted } from '../../support/canaries';
import { openTestDatabase } from '../../support/database';
import { call } from '../../support/http';
import { ServiceProcess } from '../../support/service-process';
import { afterTests } from '../../support/teardown';
import { TestWorkspace } from '../../support/workspace';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const INFO_ADMIN = '/api/v1/sessions/info.admin';

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: object }[];
}

interface Export {
  resourceSpans: { scopeSpans: { spans: Span[] }[]; resource: object }[];
}

/** A collector on loopback that keeps what it is sent. */
async function startCollector(): Promise<{ url: string; received: string[] }> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      received.push(text);
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterTests(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, received };
}

it('traces requests and their database commands, without anything that a client or a document holds', async () => {
  const clock = new SystemClock();
  const database = await openTestDatabase();
  const workspace = await new TestWorkspace(database.db, () => clock.now()).prepare();
  const admin = await workspace.createUser({ roles: ['admin'], totp: true });
  const sessionId = String((await workspace.createSession()).sessionId);
  const collector = await startCollector();
  const service = await ServiceProcess.start({
    MONGODB_URI: database.uri,
    LOG_FORMAT: 'json',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });

  const headers = {
    ...admin.headers,
    'x-2fa-code': admin.codeAt(clock.now()),
    traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
    tracestate: 'vendor=state-of-a-client',
    'user-agent': 'agent-of-a-client',
  };
  const found = await call(`${service.url}${INFO_ADMIN}?sessionId=${sessionId}`, { headers });
  expect(found.status).toBe(200);
  const missing = await call(`${service.url}/path-of-a-client?query=of-a-client`, { headers });
  expect(missing.status).toBe(404);
  const login = await call(`${service.url}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'name-of-a-client', password: 'password-of-a-client' }),
  });
  expect(login.status).toBe(401);
  // It delivers the rest when it stops.
  expect(await service.stop()).toBe(0);

  const text = collector.received.join('\n');
  recordPrinted(text);
  for (const secret of [sessionId, admin.token, admin.id, 'of-a-client', 'query']) {
    expect(text).not.toContain(secret);
  }
  expect(text).toContain('"stringValue":"workspace-sessions"');

  const spans = collector.received
    .flatMap((body) => (JSON.parse(body) as Export).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const root = spans.find(({ name }) => name === `GET ${INFO_ADMIN}`);
  expect(root).toMatchObject({ traceId: TRACE, parentSpanId: 'b7ad6b7169203331' });
  expect(root?.attributes).toEqual([
    { key: 'http.request.method', value: { stringValue: 'GET' } },
    { key: 'http.route', value: { stringValue: INFO_ADMIN } },
    { key: 'http.response.status_code', value: { intValue: 200 } },
  ]);
  expect(spans.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['GET', 'POST /api/v1/login', 'find ws_rate_limits']),
  );
  const command = spans.find(({ name }) => name === 'find users');
  expect(command?.traceId).toBe(TRACE);
  expect(command?.attributes.map(({ key }) => key)).not.toContain('db.query.text');

  const line = service.printed
    .split('\n')
    .find((printed) => printed.includes('"context":"Http"') && printed.includes(INFO_ADMIN));
  expect(JSON.parse(line ?? '')).toMatchObject({
    'service.name': 'workspace-sessions',
    trace_id: TRACE,
    span_id: root?.spanId,
  });
}, 60_000);
