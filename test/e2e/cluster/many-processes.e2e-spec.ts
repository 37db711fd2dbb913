import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { AddressInfo, createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SystemClock } from '../../../src/common/clock/clock';
import { openTestDatabase, TestDatabase } from '../../support/database';
import { call } from '../../support/http';
import { samplesIn } from '../../support/metrics';
import { ServiceProcess } from '../../support/service-process';
import { SteadyLoad } from '../../support/steady-load';
import { afterTests } from '../../support/teardown';
import { until } from '../../support/until';
import { TestUser, TestWorkspace } from '../../support/workspace';

const WORKERS = 2;
const EACH_KIND = { keepAlive: 4, fresh: 4 };

/** The service runs in processes of its own, on the system clock. */
const clock = new SystemClock();

/** A server that takes connections and says nothing, as a database that hangs. */
async function listenAnywhere(): Promise<{
  port: number;
  connected: Promise<unknown>;
  readonly connections: number;
}> {
  let connections = 0;
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket.on('error', () => undefined));
  });
  afterTests(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    return Promise.resolve();
  });
  return {
    port: (server.address() as AddressInfo).port,
    connected: once(server, 'connection'),
    get connections() {
      return connections;
    },
  };
}

/** How often a text is printed. */
const count = (text: string, pattern: RegExp): number =>
  [...text.matchAll(new RegExp(pattern, 'g'))].length;

describe('CLUSTER_WORKERS', () => {
  let database: TestDatabase;
  let user: TestUser;
  let service: ServiceProcess;

  const management = (path: string): ReturnType<typeof call> =>
    call(`${/Health and metrics: (\S+)/.exec(service.printed)?.[1] ?? ''}${path}`);
  /** The places of the processes whose metrics are shown. @throws Error when they cannot be read */
  const shown = async (): Promise<string[]> => {
    const { status, text } = await management('/metrics');
    if (status !== 200) throw new Error(`/metrics: ${status} ${text}`);
    const ready = samplesIn(text).filter(({ name, value }) => name === 'ws_ready' && value === 1);
    return ready.map(({ labels }) => labels.worker ?? 'none').sort();
  };

  const load = (clients = EACH_KIND): SteadyLoad =>
    SteadyLoad.start(`${service.url}/api/v1/me`, user.headers, clients);

  beforeAll(async () => {
    database = await openTestDatabase();
    user = await (await new TestWorkspace(database.db, () => clock.now()).prepare()).createUser();
    service = await ServiceProcess.start({
      MONGODB_URI: database.uri,
      CLUSTER_WORKERS: String(WORKERS),
      MANAGEMENT_PORT: '0',
    });
    await service.untilPrinted(/Health and metrics: /);
  }, 60_000);
  afterAll(() => service.stop());

  it('serves with that many processes, and prints the address once', () => {
    expect(service.workerIds).toHaveLength(WORKERS);
    expect(count(service.printed, /is listening on/)).toBe(1);
  });

  it('shows the metrics of each, by its place', async () => {
    expect(await shown()).toEqual(['0', '1']);
  });

  it('gives the reason once when the port is in use', async () => {
    const { port } = new URL(service.url);
    const second = ServiceProcess.spawn({
      MONGODB_URI: database.uri,
      CLUSTER_WORKERS: '2',
      PORT: port,
    });
    expect(await second.untilExit()).toBe(1);
    expect(count(second.printed, new RegExp(`Port ${port} is in use`))).toBe(1);
  }, 60_000);

  it('serves on when a process is killed under load, and starts another one', async () => {
    const [first] = service.workerIds;
    const clients = load();
    await clients.untilAnswered(50);
    process.kill(first ?? 0, 'SIGKILL');
    await service.untilPrinted(/has ended by SIGKILL; another one starts/);
    // Also while it starts.
    while ((await shown()).length < WORKERS) await clients.untilAnswered(10);
    expect(await shown()).toEqual(['0', '1']);
    await clients.untilAnswered(50);
    await clients.stop();
    expect([...clients.statuses.keys()]).toEqual([200]);
    // Those that the killed process was working on: no client can have more than one.
    expect(clients.lost.length).toBeLessThanOrEqual(EACH_KIND.keepAlive + EACH_KIND.fresh);
    expect(service.workerIds).not.toContain(first);
  }, 60_000);

  it('replaces every process on SIGHUP under load without losing a request', async () => {
    const before = service.workerIds;
    const clients = load();
    await clients.untilAnswered(50);
    service.signal('SIGHUP');
    let isOver = false;
    const probes: string[] = [];
    /** A balancer must not look elsewhere: the service goes on. */
    const probe = async (ask: () => ReturnType<typeof call>): Promise<void> => {
      while (!isOver) probes.push((await ask()).text);
    };
    const probed = Promise.all([
      probe(() => call(`${service.url}/health/ready`)),
      probe(() => management('/health/ready')),
    ]);
    await service.untilPrinted(/All 2 processes have been replaced/);
    isOver = true;
    await probed;
    expect(probes.length).toBeGreaterThan(0);
    expect(probes.filter((text) => text.includes('draining'))).toEqual([]);
    await clients.untilAnswered(50);
    await clients.stop();
    expect(clients.lost).toEqual([]);
    expect([...clients.statuses.keys()]).toEqual([200]);
    expect(service.workerIds).toHaveLength(WORKERS);
    expect(service.workerIds.filter((id) => before.includes(id))).toEqual([]);
  }, 60_000);

  it('finishes every request on SIGTERM under load, and exits with 0', async () => {
    const clients = load({ keepAlive: 8, fresh: 0 });
    await clients.untilAnswered(50);
    clients.endWithConnections();
    const exit = service.stop();
    await clients.finished();
    expect(clients.lost).toEqual([]);
    expect([...clients.statuses.keys()]).toEqual([200]);
    expect(await exit).toBe(0);
  }, 60_000);
});

describe('a process that hangs', () => {
  it('is not ready, is killed, and is replaced', async () => {
    const database = await openTestDatabase();
    const service = await ServiceProcess.start({
      MONGODB_URI: database.uri,
      CLUSTER_WORKERS: '2',
      CLUSTER_SILENCE_SECONDS: '6',
      MANAGEMENT_PORT: '0',
    });
    await service.untilPrinted(/Health and metrics: /);
    const [, url = ''] = /Health and metrics: (\S+)/.exec(service.printed) ?? [];
    const ready = async (): Promise<number[]> => {
      const { text } = await call(`${url}/metrics`);
      return samplesIn(text)
        .filter(({ name }) => name === 'ws_ready')
        .map(({ value }) => value);
    };
    const [hung] = service.workerIds;
    process.kill(hung ?? 0, 'SIGSTOP');
    expect((await ready()).sort()).toEqual([0, 1]);
    await service.untilPrinted(new RegExp(`Process ${hung} has not answered for 6 s`));
    await service.untilPrinted(
      new RegExp(`Process ${hung} has ended by SIGKILL; another one starts`),
    );
    await until(async () => isDeepStrictEqual(await ready(), [1, 1]), 'both are ready');
    expect(service.workerIds).not.toContain(hung);
    expect(await service.stop()).toBe(0);
  }, 60_000);
});

describe('SIGHUP after a change of .env', () => {
  it('takes the number of processes, and names what the primary keeps until a restart', async () => {
    const database = await openTestDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'changed-env-'));
    afterTests(() => {
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    });
    const file = join(folder, '.env');
    writeFileSync(file, 'CLUSTER_WORKERS=2\n');
    const service = ServiceProcess.spawn({ MONGODB_URI: database.uri }, folder);
    await service.untilPrinted(/is listening on/);
    writeFileSync(file, 'CLUSTER_WORKERS=3\nMANAGEMENT_PORT=0\nLOG_LEVEL=debug\n');
    service.signal('SIGHUP');
    await service.untilPrinted(/All 3 processes have been replaced/);
    expect(service.workerIds).toHaveLength(3);
    expect(service.printed).toContain(
      'SIGHUP does not change MANAGEMENT_PORT, LOG_LEVEL of the primary: restart the service.',
    );
    expect(await service.stop()).toBe(0);
  }, 60_000);
});

describe('SIGHUP without CLUSTER_WORKERS', () => {
  it('is ignored during the start, too', async () => {
    const database = await listenAnywhere();
    const service = ServiceProcess.spawn({
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      MONGODB_URI: `mongodb://127.0.0.1:${database.port}/workspace`,
    });
    await database.connected;
    service.signal('SIGHUP');
    await service.untilPrinted(/needs CLUSTER_WORKERS > 1/);
    expect(await service.stop()).toBe(0);
  });

  it('is ignored in production, and says why', async () => {
    const database = await openTestDatabase();
    const service = await ServiceProcess.start({
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      MONGODB_URI: database.uri,
      SHUTDOWN_DRAIN_SECONDS: '0',
    });
    service.signal('SIGHUP');
    await service.untilPrinted(/needs CLUSTER_WORKERS > 1/);
    expect(await service.stop()).toBe(0);
  }, 60_000);
});

describe('CLUSTER_WORKERS that cannot start', () => {
  it('exits with 1 and one line without MONGODB_URI', async () => {
    const service = ServiceProcess.spawn({ CLUSTER_WORKERS: '2' });
    expect(await service.untilExit()).toBe(1);
    expect(service.printed.trim()).toBe(
      'The configuration is wrong: CLUSTER_WORKERS may be more than 1 only with MONGODB_URI: the embedded database serves one process.',
    );
  });

  it('exits with 1 before anything is started when MANAGEMENT_PORT is in use', async () => {
    const other = await listenAnywhere();
    const service = ServiceProcess.spawn({
      CLUSTER_WORKERS: '2',
      MONGODB_URI: `mongodb://127.0.0.1:${other.port}/workspace`,
      MANAGEMENT_PORT: String(other.port),
    });
    expect(await service.untilExit()).toBe(1);
    expect(service.printed).toMatch(/set MANAGEMENT_PORT to another port/);
    expect(other.connections).toBe(0);
  });

  it('exits with 1 and gives the reason once when the database cannot be used', async () => {
    const service = ServiceProcess.spawn({
      CLUSTER_WORKERS: '3',
      MONGODB_URI: 'mongodb://127.0.0.1:9/workspace',
      STARTUP_TIMEOUT_SECONDS: '1',
    });
    expect(await service.untilExit()).toBe(1);
    expect(count(service.printed, /could not be reached within 1 s/)).toBe(1);
  }, 60_000);
});
