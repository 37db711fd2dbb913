import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { ServiceMetrics } from '../../../src/metrics/service.metrics';
import { TestApp } from '../../support/app';
import { HttpAnswer } from '../../support/http';
import { countsOf } from '../../support/metrics';
import { afterTests } from '../../support/teardown';

const LIMIT = 5;
const WHOLE_REQUEST = 'GET /api/v1/nothing HTTP/1.1\r\nhost: x\r\n\r\n';
const HALF_A_REQUEST = 'GET /api/v1/nothing HTTP/1.1\r\nhost: x\r\n';

describe('MAX_CONNECTIONS', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ MAX_CONNECTIONS: String(LIMIT), MANAGEMENT_PORT: '0' });
  });
  afterEach(() => app.close());

  /** A connection that has sent this text. */
  const open = async (text: string): Promise<Socket> => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    afterTests(() => Promise.resolve(socket.destroy()));
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  };

  /** Opens as many connections as the limit allows and waits until the service has accepted all. */
  const openAll = async (text: string): Promise<Socket[]> => {
    const sockets = await Promise.all(Array.from({ length: LIMIT }, () => open(text)));
    const { server } = app;
    const count = (): Promise<number> =>
      new Promise((resolve, reject) => {
        server.getConnections((error, connections) => {
          if (error) reject(error);
          else resolve(connections);
        });
      });
    while ((await count()) < LIMIT) await new Promise(setImmediate);
    return sockets;
  };

  const ask = (): Promise<HttpAnswer> => app.call('/api/v1/nothing');
  const isRefused = (): Promise<boolean> =>
    ask().then(
      () => false,
      () => true,
    );
  const dropped = async (): Promise<object> =>
    countsOf(await app.app.get(ServiceMetrics).text(), 'ws_http_connections_dropped_total');
  const complaints = (): string[] =>
    app.log.lines.filter((line) => line.startsWith('warn Connections'));

  it('refuses connections beyond the limit, counts them, logs it once, and serves again when one closes', async () => {
    const [first] = await openAll(HALF_A_REQUEST);
    expect(await dropped()).toEqual({});
    for (let time = 0; time < 3; time++) expect(await isRefused()).toBe(true);
    expect(await dropped()).toEqual({ '': 3 });
    expect(complaints()).toEqual([
      expect.stringContaining(`MAX_CONNECTIONS (${LIMIT}) is reached`),
    ]);
    first?.destroy();
    while (await isRefused()) await new Promise(setImmediate);
    expect((await ask()).status).toBe(404);
  });

  it('closes idle connections to make room for new ones', async () => {
    const sockets = await openAll(WHOLE_REQUEST);
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    // The refused connection makes the service close the idle ones.
    await isRefused();
    while (await isRefused()) await new Promise(setImmediate);
    expect((await ask()).status).toBe(404);
  });

  it('bounds how long an incomplete request may hold a connection', () => {
    const { server } = app;
    expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000 });
    expect(server.timeout).toBeGreaterThan(0);
  });
});
