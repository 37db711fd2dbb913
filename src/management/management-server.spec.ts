import { createServer } from 'node:http';
import { once } from 'node:events';
import { AddressInfo } from 'node:net';
import { call } from '../../test/support/http';
import { afterTests } from '../../test/support/teardown';
import { OperatorError } from '../common/errors/operator-error';
import { Readiness } from '../health/readiness';
import { ManagementServer, ManagementSources, startManagementServer } from './management-server';

const READY: Readiness = { status: 'ok', details: { database: { status: 'up' } } };

async function serve(sources: Partial<ManagementSources>): Promise<ManagementServer> {
  const server = await startManagementServer(
    {
      metrics: () => Promise.resolve('a 1\n'),
      ready: () => Promise.resolve(READY),
      ...sources,
    },
    0,
    '127.0.0.1',
  );
  afterTests(() => server.close());
  return server;
}

describe('startManagementServer', () => {
  it('answers 503 when the service is not ready, and still says that it is alive', async () => {
    const notReady: Readiness = { status: 'error', details: { database: { status: 'down' } } };
    const { url } = await serve({ ready: () => Promise.resolve(notReady) });
    expect(await call(`${url}/health/ready`)).toMatchObject({ status: 503, body: notReady });
    expect(await call(`${url}/health/live`)).toMatchObject({ status: 200 });
  });

  it('collects the metrics once for all who ask at once', async () => {
    let collected = 0;
    let collect: (text: string) => void = () => undefined;
    const { url } = await serve({
      metrics: () => {
        collected += 1;
        return new Promise((resolve) => (collect = resolve));
      },
      // By then, the others have been read.
      ready: () => {
        collect('a 1\n');
        return Promise.resolve(READY);
      },
    });
    const scrapes = Array.from({ length: 5 }, () => call(`${url}/metrics`));
    const all = Promise.all(scrapes);
    while (collected === 0) await call(`${url}/health/live`);
    for (let probe = 0; probe < 5; probe++) await call(`${url}/health/live`);
    await call(`${url}/health/ready`);
    expect((await all).map(({ text }) => text)).toEqual(Array(5).fill('a 1\n'));
    expect(collected).toBe(1);
  });

  it('answers 500 without a reason when the metrics cannot be collected', async () => {
    const { url } = await serve({ metrics: () => Promise.reject(new Error('hunter2')) });
    expect(await call(`${url}/metrics`)).toMatchObject({
      status: 500,
      text: '{"success":false,"error":"Internal server error"}',
    });
  });

  it('names its own variable when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const sources = { metrics: () => Promise.resolve(''), ready: () => Promise.resolve(READY) };
    const started = startManagementServer(sources, port, '127.0.0.1');
    await expect(started).rejects.toThrow(OperatorError);
    await expect(started).rejects.toThrow(/set MANAGEMENT_PORT to another port/);
    other.close();
  });
});
