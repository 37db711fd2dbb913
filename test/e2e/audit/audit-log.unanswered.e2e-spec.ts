import { ClientRequest, request } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { SessionsService } from '../../../src/sessions/sessions.service';
import { TestApp } from '../../support/app';
import { SERVICE_UNAVAILABLE } from '../../support/expectations';
import { ServiceProcess } from '../../support/service-process';
import { TcpProxy } from '../../support/tcp-proxy';
import { TestUser } from '../../support/workspace';

const TIMEOUT_MS = 300;

describe('the audit log of requests whose client left or timed out', () => {
  let app: TestApp;
  let slow: TestApp;
  let proxy: TcpProxy;
  let program: TestUser;
  let sessionId: string;

  beforeAll(async () => {
    app = await TestApp.start();
    program = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
  });
  const startSlow = (databaseTimeoutMs: number): Promise<TestApp> =>
    app.another({
      MONGODB_URI: proxy.rewrite(app.databaseUri),
      REQUEST_TIMEOUT_MS: String(TIMEOUT_MS),
      DATABASE_TIMEOUT_MS: String(databaseTimeoutMs),
    });

  beforeEach(async () => {
    proxy = await TcpProxy.start(app.databaseUri);
    slow = await startSlow(TIMEOUT_MS);
    sessionId = String((await app.workspace.createSession()).sessionId);
    // Caches the permission, so that every test sends the same number of database commands.
    await slow.infoAdmin(sessionId, program.headers);
    slow.log.lines.length = 0;
  });
  afterEach(async () => {
    await slow.close();
    await proxy.cut();
  });
  afterAll(() => app.close());

  /** Every record, after the service has closed. */
  const recordsOnceClosed = async (): Promise<object[]> => {
    while (slow.log.audit.length === 0) await wait(5);
    await slow.close();
    return slow.log.audit;
  };

  /** Sends a request to revoke a session, which waits for the database. */
  const startRevoking = (): ClientRequest => {
    const body = JSON.stringify({ sessionId });
    const outgoing = request(`${slow.url}/api/v1/sessions/logout`, {
      method: 'POST',
      headers: {
        ...program.headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    });
    outgoing.on('error', () => undefined);
    outgoing.end(body);
    return outgoing;
  };

  /** Disconnects during a database command, and resolves when the service has noticed. */
  const startRevokingAndDisconnect = async (): Promise<void> => {
    const gone = new Promise((resolve) => {
      slow.app.getHttpServer().once('connection', (socket: Socket) => {
        socket.once('close', resolve);
      });
    });
    const asked = startRevoking();
    await proxy.untilHeld('users');
    asked.destroy();
    await gone;
  };

  it('records a request that completed after its client had received 503', async () => {
    const sessions = slow.app.get(SessionsService, { strict: false });
    const find = sessions.findLiveSession.bind(sessions);
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    jest.spyOn(sessions, 'findLiveSession').mockImplementation(async (...asked) => {
      await gate;
      return find(...asked);
    });
    expect(await slow.infoAdmin(sessionId, program.headers)).toMatchObject(SERVICE_UNAVAILABLE);
    expect(slow.log.audit).toEqual([]);
    release();
    expect(await recordsOnceClosed()).toEqual([
      expect.objectContaining({
        t: 'session.viewed',
        data: expect.objectContaining({ result: 'ok', answered: 503, sessionId }) as object,
      }),
    ]);
  });

  it('records that a session was revoked after the client had disconnected', async () => {
    proxy.stall();
    await startRevokingAndDisconnect();
    proxy.resume();
    expect(await recordsOnceClosed()).toEqual([
      expect.objectContaining({
        t: 'session.ended',
        data: expect.objectContaining({ result: 'ok', answered: null, sessionId }) as object,
      }),
    ]);
    const record = await app.workspace.db.collection('rocketchat_sessions').findOne({ sessionId });
    expect(record?.logoutBy).toBe(program.id);
  });

  it('records as unfinished a request that is still running when the service stops', async () => {
    await slow.close();
    // Longer than the service takes to stop.
    slow = await startSlow(20 * TIMEOUT_MS);
    await slow.infoAdmin(sessionId, program.headers);
    slow.log.lines.length = 0;
    proxy.stall();
    await startRevokingAndDisconnect();
    await slow.close();
    expect(slow.log.audit).toEqual([
      expect.objectContaining({
        t: 'session.ended',
        data: expect.objectContaining({ result: 'unfinished' }) as object,
      }),
    ]);
  });
});

describe('the audit log on SIGTERM', () => {
  it('writes pending counts before the process exits', async () => {
    const service = await ServiceProcess.start({});
    await Promise.all(
      Array.from({ length: 40 }, () =>
        fetch(`${service.url}/api/v1/login`, {
          method: 'POST',
          headers: { connection: 'close', 'content-type': 'application/json' },
          body: '{"user":"nobody"}',
        }),
      ),
    );
    expect(await service.stop()).toBe(0);
    const records = [...service.printed.matchAll(/\{"t":"failed-login-attempt".*\}/g)].map(
      ([line]) => JSON.parse(line) as { data: { repeated?: number } },
    );
    expect(records).toHaveLength(26);
    expect(records.reduce((sum, { data }) => sum + (data.repeated ?? 1), 0)).toBe(40);
  });
});
