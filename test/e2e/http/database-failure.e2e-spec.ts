import { SystemClock } from '../../../src/common/clock/clock';
import { openTestDatabase, TestDatabase } from '../../support/database';
import { SERVICE_UNAVAILABLE } from '../../support/expectations';
import { call, HttpAnswer } from '../../support/http';
import { ServiceProcess } from '../../support/service-process';
import { TcpProxy } from '../../support/tcp-proxy';
import { TestUser, TestWorkspace } from '../../support/workspace';

/** The service runs in its own process, on the system clock. */
const clock = new SystemClock();
const TIMEOUT_MS = 1000;

describe('GET /api/v1/sessions/info.admin without a database', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let service: ServiceProcess;
  let bypassing: TestUser;
  let sessionId: string;

  beforeEach(async () => {
    database = await openTestDatabase();
    proxy = await TcpProxy.start(database.uri);
    const workspace = await new TestWorkspace(database.db, () => clock.now()).prepare();
    sessionId = String((await workspace.createSession()).sessionId);
    bypassing = await workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
    service = await ServiceProcess.start({
      MONGODB_URI: proxy.rewrite(database.uri),
      REQUEST_TIMEOUT_MS: String(TIMEOUT_MS),
      DATABASE_TIMEOUT_MS: String(TIMEOUT_MS),
    });
  }, 60_000);

  afterEach(async () => {
    await service.stop();
    await proxy.cut();
    await database.close();
  });

  const ask = (): Promise<HttpAnswer> =>
    call(`${service.url}/api/v1/sessions/info.admin?sessionId=${sessionId}`, {
      headers: bypassing.headers,
    });

  /** Repeats the request until it is served; the driver decides how soon it reconnects. */
  const untilServed = async (): Promise<void> => {
    for (let answer = await ask(); answer.status !== 200; answer = await ask()) {
      expect(answer).toMatchObject(SERVICE_UNAVAILABLE);
    }
  };

  it('answers 503 while the database refuses connections, and recovers by itself', async () => {
    expect((await ask()).status).toBe(200);
    await proxy.cut();
    expect(await ask()).toMatchObject(SERVICE_UNAVAILABLE);
    await proxy.restore();
    await untilServed();
  });

  it('answers 503 within the request timeout while the database does not answer', async () => {
    expect((await ask()).status).toBe(200);
    proxy.stall();
    const asked = performance.now();
    expect(await ask()).toMatchObject(SERVICE_UNAVAILABLE);
    // Not a measurement: without the bound the answer would take three times as long, or never come.
    expect(performance.now() - asked).toBeLessThan(2.5 * TIMEOUT_MS);
    proxy.resume();
    await untilServed();
  });

  it('prints no token when the database is unreachable', async () => {
    await proxy.cut();
    await ask();
    expect(service.printed).toContain('unreachable');
    expect(service.printed).not.toContain(bypassing.token);
  });

  it('finishes running requests on SIGTERM, refuses new ones, and exits with 0', async () => {
    expect((await ask()).status).toBe(200);
    const { url } = service;
    proxy.stall();
    const running = ask();
    await proxy.untilHeld('users');
    const stopped = service.stop();
    await expect(untilRefused(url)).resolves.toBeUndefined();
    proxy.resume();
    expect((await running).status).toBe(200);
    expect(await stopped).toBe(0);
  });
});

/** Resolves when the service accepts no more requests. */
async function untilRefused(url: string): Promise<void> {
  for (;;) {
    try {
      const { status } = await call(`${url}/nothing`);
      if (status === 503) return;
    } catch {
      return;
    }
  }
}
