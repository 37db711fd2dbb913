import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { ServiceProcess } from '../../support/service-process';
import { afterTests } from '../../support/teardown';

const TIMEOUT_MS = 500;

/** Opens a connection, sends this text and leaves the connection open. */
async function openConnection(service: ServiceProcess, text: string): Promise<Socket> {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  afterTests(() => Promise.resolve(socket.destroy()));
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

describe('SIGTERM', () => {
  it.each([
    ['an unused connection', ''],
    ['half a request line', 'GET /api/v1/me'],
    ['half of the headers', 'GET /api/v1/me HTTP/1.1\r\nhost: x\r\n'],
    [
      'half a body',
      'POST /api/v1/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a"',
    ],
    ['a keep-alive connection', 'GET /api/v1/me HTTP/1.1\r\nhost: x\r\n\r\n'],
  ])('stops the service despite %s', async (_case, text) => {
    const service = await ServiceProcess.start({
      REQUEST_TIMEOUT_MS: String(TIMEOUT_MS),
    });
    await openConnection(service, text);
    // One complete request afterwards: the service has read what was sent before it.
    await fetch(`${service.url}/api/v1/me`, { headers: { connection: 'close' } });
    expect(await service.stop()).toBe(0);
  });

  it('stops with 0 while the service still waits for its database', async () => {
    const service = ServiceProcess.spawn({
      MONGODB_URI: 'mongodb://127.0.0.1:9/workspace',
      DATABASE_TIMEOUT_MS: '200',
    });
    await service.untilPrinted(/not reachable yet/);
    expect(await service.stop()).toBe(0);
  });
});

describe('a client that does not finish its request', () => {
  it('receives 408, which is not logged as a database failure', async () => {
    const service = await ServiceProcess.start({
      REQUEST_TIMEOUT_MS: String(TIMEOUT_MS),
    });
    const socket = await openConnection(
      service,
      'POST /api/v1/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a"',
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer.toString()).toMatch(/\{"success":false,"error":"Request Timeout"\}$/);
    expect(service.printed).not.toContain('unreachable');
    await service.stop();
  });
});
