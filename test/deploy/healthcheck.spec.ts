import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, RequestListener, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { TestApp } from '../support/app';
import { afterTests } from '../support/teardown';

const SCRIPT = join(__dirname, '../../deploy/healthcheck.mjs');

interface Ended {
  code: number;
  printed: string;
}

/** Runs the check with these variables and no others. */
async function check(env: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, [SCRIPT], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, printed };
}

/** A server on this machine. @returns its port */
async function serve(listener: RequestListener, host = '127.0.0.1'): Promise<string> {
  const server: Server = createServer(listener).listen(0, host);
  await once(server, 'listening');
  afterTests(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return String((server.address() as AddressInfo).port);
}

describe('deploy/healthcheck.mjs', () => {
  it('finds the service healthy', async () => {
    const app = await TestApp.start();
    const { port } = new URL(app.url);
    expect(await check({ PORT: port })).toEqual({ code: 0, printed: '' });
  });

  it('asks for the path, the status and the port that it is told', async () => {
    const port = await serve((request, answer) => {
      answer.statusCode = request.url === '/health/ready' ? 200 : 503;
      answer.end();
    });
    const env = { PORT: '1', HEALTHCHECK_PORT: port };
    expect((await check(env)).code).toBe(0);
    const other = { ...env, HEALTHCHECK_PATH: '/health/live' };
    expect((await check(other)).code).toBe(1);
    expect((await check({ ...other, HEALTHCHECK_STATUS: '503' })).code).toBe(0);
  });

  it.each([
    ['127.0.0.2', { HOST: '127.0.0.2' }],
    ['127.0.0.1', { HOST: '0.0.0.0' }],
    ['127.0.0.1', { HOST: '::' }],
    ['127.0.0.1', { HOST: '' }],
    ['127.0.0.3', { HOST: '127.0.0.2', HEALTHCHECK_HOST: '127.0.0.3' }],
  ])('asks where the service listens: %s, with %j', async (host, env) => {
    const port = await serve((_request, answer) => answer.end(), host);
    expect(await check({ ...env, PORT: port })).toEqual({ code: 0, printed: '' });
  });

  it.each([401, 404, 500, 503])('finds an answer of %i unhealthy, and says so', async (status) => {
    const port = await serve((_request, answer) => {
      answer.statusCode = status;
      answer.end();
    });
    expect(await check({ PORT: port })).toEqual({
      code: 1,
      printed: `unhealthy: /health/ready on 127.0.0.1 port ${port}: status ${status} instead of 200\n`,
    });
  });

  it('does not wait for a service that hangs', async () => {
    const port = await serve(() => undefined);
    const { code, printed } = await check({ PORT: port, HEALTHCHECK_TIMEOUT_MS: '100' });
    expect([code, printed]).toEqual([1, expect.stringContaining('no answer in 100 ms')]);
  });

  it('finds a port unhealthy where nothing listens', async () => {
    expect(await check({ PORT: '1' })).toMatchObject({
      code: 1,
      printed: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});
