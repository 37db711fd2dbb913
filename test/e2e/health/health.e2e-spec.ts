import { TestApp } from '../../support/app';
import { HttpAnswer } from '../../support/http';
import { TcpProxy } from '../../support/tcp-proxy';

const LIVE = '{"status":"ok"}';
const READY = '{"status":"ok","details":{"database":{"status":"up"}}}';
const DATABASE_DOWN = '{"status":"error","details":{"database":{"status":"down"}}}';

describe('GET /health', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it('says with these bytes that the service is alive and ready, to whoever asks', async () => {
    expect(await app.call('/health/live')).toMatchObject({ status: 200, text: LIVE });
    expect(await app.call('/health/ready')).toMatchObject({ status: 200, text: READY });
  });

  it.each(['/metrics', '/health', '/health/', '/health/live/', '/health/ready/x'])(
    'answers 404 to %s',
    async (path) => {
      expect((await app.call(path)).status).toBe(404);
    },
  );

  it('asks the database once for all probes of a second, and not at all for liveness', async () => {
    const flood = (path: string): Promise<HttpAnswer[]> =>
      Promise.all(Array.from({ length: 30 }, () => app.call(path)));
    app.clock.advance({ seconds: 1 });
    const commands = await app.commandsDuring(async () => {
      for (const { text } of await flood('/health/ready')) expect(text).toBe(READY);
      await flood('/health/ready');
      await flood('/health/live');
    });
    expect(commands.map(({ commandName }) => commandName)).toEqual(['hello']);
    app.clock.advance({ seconds: 1 });
    expect(await app.commandsDuring(() => app.call('/health/ready'))).toHaveLength(1);
  });
});

describe('GET /health/ready without a database', () => {
  let first: TestApp;
  let app: TestApp;
  let proxy: TcpProxy;

  beforeAll(async () => {
    first = await TestApp.start();
    proxy = await TcpProxy.start(first.databaseUri);
    app = await first.another({
      MONGODB_URI: proxy.rewrite(first.databaseUri),
      DATABASE_TIMEOUT_MS: '500',
    });
  });
  afterAll(async () => {
    await app.close();
    await first.close();
  });

  const ready = (): Promise<HttpAnswer> => {
    app.clock.advance({ seconds: 1 });
    return app.call('/health/ready');
  };

  /** The driver decides how soon it reconnects. */
  const untilReady = async (): Promise<void> => {
    for (let answer = await ready(); answer.status !== 200; answer = await ready()) {
      expect(answer).toMatchObject({ status: 503, text: DATABASE_DOWN });
    }
    expect((await ready()).text).toBe(READY);
  };

  it.each<[string, () => unknown, () => unknown]>([
    ['refuses connections', () => proxy.cut(), () => proxy.restore()],
    [
      'does not answer',
      () => {
        proxy.stall();
      },
      () => {
        proxy.resume();
      },
    ],
  ])('answers 503 while the database %s, is alive, and recovers', async (_case, lose, restore) => {
    await untilReady();
    await lose();
    expect(await ready()).toMatchObject({ status: 503, text: DATABASE_DOWN });
    expect((await app.call('/health/live')).text).toBe(LIVE);
    await restore();
    await untilReady();
  });

  it('logs each change once', async () => {
    await untilReady();
    app.log.lines.length = 0;
    await proxy.cut();
    await ready();
    await ready();
    await proxy.restore();
    await untilReady();
    expect(app.log.lines.filter((line) => line.includes(' Health '))).toEqual([
      `warn Health Not ready: ${DATABASE_DOWN}`,
      `log Health Ready: ${READY}`,
    ]);
  });
});
