import { request } from 'node:http';
import { connect } from 'node:net';
import { RouteAccessChecker } from '../../../src/access/route-access.checker';
import { ManagementConfig } from '../../../src/config/management.config';
import { IndexStatus } from '../../../src/session-index/index.status';
import { ManagementServer } from '../../../src/management/management-server';
import { serveManagement } from '../../../src/management/serve-management';
import { EmailScene } from '../../support/email-scene';
import { call, HttpAnswer } from '../../support/http';
import { countsOf, samplesIn } from '../../support/metrics';
import { afterTests } from '../../support/teardown';
import { TestApp } from '../../support/app';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';
/** Characters that a client chose, in every place that it can choose. */
const CANARY = 'canary-7f3a';
const GUESS = 'guess-7f3a';

describe('GET /metrics on MANAGEMENT_PORT', () => {
  let app: TestApp;
  let scene: EmailScene;
  let management: ManagementServer;
  let admin: TestUser;

  beforeAll(async () => {
    scene = await EmailScene.start({ MANAGEMENT_PORT: '0' });
    app = scene.app;
    const server = await serveManagement(app.app, app.app.get(ManagementConfig));
    if (!server) throw new Error('There is no management server.');
    management = server;
    afterTests(() => management.close());
    admin = await app.workspace.createUser({ password: PASSWORD });
  });
  afterAll(() => app.close());

  const scrape = async (): Promise<string> => (await call(`${management.url}/metrics`)).text;

  /** What has been added to the counts of this metric meanwhile. */
  const added = async (name: string, act: () => Promise<unknown>): Promise<object> => {
    const before = countsOf(await scrape(), name);
    await act();
    const after = countsOf(await scrape(), name);
    return Object.fromEntries(
      Object.entries(after)
        .map(([labels, value]) => [labels, value - (before[labels] ?? 0)] as const)
        .filter(([, value]) => value !== 0),
    );
  };

  const infoAdmin = (user: TestUser, code?: string): Promise<HttpAnswer> =>
    app.infoAdmin(scene.sessionId, { ...user.headers, ...(code && { 'x-2fa-code': code }) });
  const right = (user: TestUser): string => user.codeAt(app.clock.now());

  it("answers in Prometheus' text format, and forbids caching", async () => {
    const { status, headers, text } = await call(`${management.url}/metrics`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(samplesIn(text).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds']),
    );
  });

  it('has no /metrics on the port of the service', async () => {
    expect((await app.call('/metrics')).status).toBe(404);
  });

  it('serves health too, and nothing else', async () => {
    const get = (path: string, method = 'GET'): Promise<HttpAnswer> =>
      call(management.url + path, { method });
    expect((await get('/health/live')).text).toBe('{"status":"ok"}');
    expect((await get('/health/ready?x=1')).text).toBe(
      '{"status":"ok","details":{"database":{"status":"up"}}}',
    );
    for (const path of ['/', '/metrics/', '/api/v1/me', '/health', '//metrics', '/%00'])
      expect(await get(path)).toMatchObject({
        status: 404,
        text: '{"success":false,"error":"Not Found"}',
      });
    expect((await get('/metrics', 'POST')).status).toBe(404);
  });

  it('tells the operator alone how the index of sessions stands', async () => {
    const index = app.app.get(IndexStatus, { strict: false });
    const database = '"database":{"status":"up"}';
    const expectIndex = async (expected: string, state: string): Promise<void> => {
      expect((await call(`${management.url}/health/ready`)).text).toBe(
        `{"status":"ok","details":{${database},"sessionIndex":${expected}}}`,
      );
      const states = countsOf(await scrape(), 'ws_session_index_state');
      expect(states).toEqual({ [state]: 1 });
      const open = await app.call('/health/ready');
      expect(open.text).toBe(`{"status":"ok","details":{${database}}}`);
    };
    index.isOn = true;
    await expectIndex('{"status":"degraded","state":"building","lagMs":0}', 'building');
    index.setBuilt(true);
    index.hear(1.5);
    await expectIndex('{"status":"up","state":"ready","lagMs":1500}', 'ready');
    index.hear(Infinity);
    await expectIndex('{"status":"degraded","state":"behind","lagMs":null}', 'behind');
    expect(await scrape()).toContain('ws_session_index_lag_seconds +Inf\n');
    index.refuse();
    await expectIndex('{"status":"degraded","state":"refused","lagMs":null}', 'refused');
    index.isOn = false;
    expect(countsOf(await scrape(), 'ws_session_index_state')).toEqual({ off: 1 });
  });

  it('counts requests by route, method and status', async () => {
    const counts = await added('ws_http_request_duration_seconds_count', async () => {
      await app.call('/api/v1/me');
      await app.call('/api/v1/me', { headers: admin.headers });
      await app.call('/api/v1/me', { headers: admin.headers });
      await app.call('/api/v1/me', { method: 'POST' });
      await app.call('/nowhere');
    });
    expect(counts).toEqual({
      '/api/v1/me GET 401': 1,
      '/api/v1/me GET 200': 2,
      'none POST 404': 1,
      'none GET 404': 1,
    });
  });

  it('counts refusals by their kind, whichever guard or service refuses', async () => {
    const powerless = await app.workspace.createUser({ roles: ['user'] });
    const counts = await added('ws_refusals_total', async () => {
      await app.infoAdmin(scene.sessionId);
      await infoAdmin(powerless);
      await app.call('/api/v1/sessions/info.admin', { headers: admin.headers });
      await infoAdmin(admin);
      await app.infoAdminAs(admin, 'nobody');
      await app.login({ user: `user-${admin.id}`, password: 'wrong' });
      await app.login('{');
      await app.call('/nowhere');
    });
    expect(counts).toEqual({
      'not-logged-in': 1,
      'no-permission': 1,
      'invalid-parameters': 1,
      'second-factor-required': 1,
      'session-not-found': 1,
      'login-refused': 1,
      'bad-request': 1,
      'unknown-route': 1,
    });
  });

  it('counts second factors by method and result, and lockouts as limits', async () => {
    const user = await app.workspace.createUser({ password: PASSWORD });
    const mailed = await scene.person();
    let limits: object = {};
    const counts = await added('ws_second_factor_results_total', async () => {
      limits = await added('ws_limiter_refusals_total', async () => {
        await infoAdmin(user);
        await infoAdmin(user, right(user));
        for (const code of ['111', '222', '333', '444', '555']) await infoAdmin(user, code);
        await infoAdmin(user, '666');
        await app.login({ user: `user-${user.id}`, password: PASSWORD });
        await app.login({ user: `user-${user.id}`, password: PASSWORD, code: 'wrong!' });
        await scene.show(mailed);
        await scene.show(mailed, scene.mailbox.mails.at(-1)?.code);
      });
    });
    expect(counts).toEqual({
      'totp required': 2,
      'totp accepted': 1,
      'totp invalid': 6,
      'totp locked': 1,
      'email required': 1,
      'email accepted': 1,
    });
    expect(limits).toEqual({ 'second-factor-locked /api/v1/sessions/info.admin': 1 });
  });

  it('counts revoked sessions by reason, each once', async () => {
    const owner = await app.workspace.createUser();
    const { headers } = await app.workspace.addLogin(owner);
    const user = await app.workspace.createUser({ totp: false, password: PASSWORD });
    const answer = await app.login({ user: `user-${user.id}`, password: PASSWORD });
    const { userId, authToken } = (answer.body as { data: Record<string, string> }).data;
    const signedIn = { 'x-user-id': userId ?? '', 'x-auth-token': authToken ?? '' };
    const { sessionId } = (await app.workspace.db
      .collection('rocketchat_sessions')
      .findOne({ userId: user.id })) as unknown as { sessionId: string };
    const revoke = (): Promise<HttpAnswer> =>
      app.call('/api/v1/sessions/logout.me', {
        method: 'POST',
        headers: { ...signedIn, 'content-type': 'application/json' },
        body: JSON.stringify({ sessionId }),
      });
    const counts = await added('ws_sessions_revoked_total', async () => {
      await Promise.all([revoke(), revoke(), revoke()]);
      await app.call('/api/v1/logout', { method: 'POST', headers });
    });
    expect(counts).toEqual({ logout: 2 });
  });

  it('counts mails that were sent and those that were not', async () => {
    const [one, other] = [await scene.person(), await scene.person()];
    const counts = await added('ws_mails_total', async () => {
      await scene.show(one);
      scene.mailbox.fail('refusing');
      await scene.show(other);
      scene.mailbox.fail(undefined);
    });
    expect(counts).toEqual({ sent: 1, failed: 1 });
  });

  it('counts exactly the commands that the driver sends', async () => {
    // The second factor is remembered afterwards, and the state of the database for a second.
    await infoAdmin(admin, right(admin));
    await scrape();
    let commands: string[] = [];
    const counts = await added('ws_database_command_duration_seconds_count', async () => {
      const sent = await app.commandsDuring(() => infoAdmin(admin, right(admin)));
      commands = sent.map(
        ({ commandName, command }) => `${String(command[commandName])} ${commandName}`,
      );
    });
    const expected: Record<string, number> = {};
    for (const command of commands) expected[command] = (expected[command] ?? 0) + 1;
    expect(counts).toEqual(expected);
    expect(expected).toEqual({
      'users find': 1,
      'ws_second_factors find': 1,
      'rocketchat_sessions aggregate': 1,
      'ws_audit insert': 1,
    });
  });

  it('has only labels of a fixed set, whatever clients send', async () => {
    const { hostname, port } = new URL(app.url);
    const unreadable = await added('ws_http_unreadable_requests_total', async () => {
      for (const path of [`/${CANARY}`, `/api/v1/${CANARY}`, `/api/v1/me?${CANARY}`, '/%ff'])
        await app.call(path, { headers: { [CANARY]: CANARY, 'x-request-id': CANARY } });
      for (const method of ['PURGE', 'M-SEARCH', 'PROPFIND', 'DELETE'])
        await send(`${app.url}/${CANARY}`, method);
      await app.login({ user: CANARY, password: GUESS, code: GUESS });
      await app.infoAdmin(CANARY, { ...admin.headers, 'x-2fa-code': right(admin) });
      await app.infoAdmin(CANARY, {
        ...admin.headers,
        'x-2fa-method': CANARY,
        'x-2fa-code': GUESS,
      });
      await new Promise((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.write(`${CANARY}\r\n\r\n`));
        socket.on('data', () => undefined).on('close', resolve);
      });
    });
    // What is no HTTP, and the path that cannot be decoded.
    expect(unreadable).toEqual({ '': 2 });
    const text = await scrape();
    for (const secret of [
      CANARY,
      GUESS,
      admin.id,
      admin.token,
      scene.sessionId,
      '127.0.0.1',
      'example.com',
    ])
      expect(text).not.toContain(secret);
    const samples = samplesIn(text);
    const values = (label: string): string[] => [
      ...new Set(samples.flatMap(({ labels }) => labels[label] ?? [])),
    ];
    const routes = app.app.get(RouteAccessChecker, { strict: false }).routes();
    const known = routes.map(({ route }) => `/${route.split(' ')[1] ?? ''}`);
    expect([...known, 'none']).toEqual(expect.arrayContaining(values('route')));
    expect(values('method').sort()).toEqual([
      'DELETE',
      'GET',
      'POST',
      'email',
      'other',
      'password',
      'totp',
    ]);
    expect(new Set(samples.flatMap(({ labels }) => Object.keys(labels)))).toEqual(
      new Set([
        ...[
          'route',
          'method',
          'status',
          'le',
          'reason',
          'result',
          'collection',
          'command',
          'state',
        ],
        // Of Node's own metrics.
        ...['type', 'space', 'kind', 'version', 'major', 'minor', 'patch'],
      ]),
    );
  });
});

/** A request by any method. */
function send(url: string, method: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent: false }, (response) => {
      response.resume().on('end', resolve);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
