import { Agent, request } from 'node:http';
import { ServiceProcess } from '../../support/service-process';
import { afterTests } from '../../support/teardown';

const DRAINING =
  '{"status":"error","details":{"database":{"status":"up"},"service":{"status":"down","message":"draining"}}}';

interface Got {
  status: number | undefined;
  connection: string | undefined;
  text: string;
}

/** A request on a connection of this agent. */
function get(url: string, agent: Agent): Promise<Got> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode, connection: response.headers.connection, text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function keepAlive(): Agent {
  const agent = new Agent({ keepAlive: true });
  afterTests(() => {
    agent.destroy();
    return Promise.resolve();
  });
  return agent;
}

async function start(drainSeconds: number): Promise<ServiceProcess> {
  const service = await ServiceProcess.start({
    SHUTDOWN_DRAIN_SECONDS: String(drainSeconds),
    MANAGEMENT_PORT: '0',
  });
  await service.untilPrinted(/Health and metrics: /);
  return service;
}

const managementOf = ({ printed }: ServiceProcess): string =>
  /Health and metrics: (\S+)/.exec(printed)?.[1] ?? '';

describe('SIGTERM with SHUTDOWN_DRAIN_SECONDS', () => {
  it('loses no request of clients that go when they are told to', async () => {
    const service = await start(2);
    const me = `${service.url}/api/v1/me`;
    let isReady = true;
    const answers: Got[] = [];
    /** A load balancer's connection: it sends requests until the probe fails. */
    const client = async (agent = keepAlive()): Promise<void> => {
      while (isReady) answers.push(await get(me, agent));
    };
    const probe = async (): Promise<Got> => {
      const agent = keepAlive();
      for (;;) {
        const answer = await get(`${service.url}/health/ready`, agent);
        if (answer.status !== 200) return answer;
      }
    };
    const clients = Array.from({ length: 8 }, () => client());
    const probed = probe();
    const stopped = service.stop();
    const { status, text } = await probed;
    isReady = false;
    await Promise.all(clients);
    expect([status, text]).toEqual([503, DRAINING]);
    expect(answers.length).toBeGreaterThan(0);
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([401]));
    expect(await stopped).toBe(0);
  });

  it('serves on without keeping connections, and ends at once at a second signal', async () => {
    const service = await start(300);
    void service.stop();
    await service.untilPrinted(/Stopping in 300 s/);
    const me = await get(`${service.url}/api/v1/me`, keepAlive());
    expect(me).toMatchObject({ status: 401, connection: 'close' });
    const managed = await get(`${managementOf(service)}/health/ready`, keepAlive());
    expect([managed.status, managed.text]).toEqual([503, DRAINING]);
    // Until a second after the first signal, another one counts as its echo.
    const again = setInterval(() => {
      service.signal('SIGTERM');
    }, 50);
    expect(await service.untilExit()).toBe(128 + 15);
    clearInterval(again);
  });
});
