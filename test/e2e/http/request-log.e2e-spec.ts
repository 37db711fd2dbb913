import { once } from 'node:events';
import { connect } from 'node:net';
import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { LogFields, ServiceLogger } from '../../../src/common/logging/service.logger';
import { TestApp } from '../../support/app';
import { TcpProxy } from '../../support/tcp-proxy';
import { TestUser } from '../../support/workspace';

const INFO_ADMIN = '/api/v1/sessions/info.admin';

describe('the log of requests', () => {
  let app: TestApp;
  let admin: TestUser;
  let sessionId: string;
  let written: string;

  beforeAll(async () => {
    app = await TestApp.start({ TRUSTED_PROXY_COUNT: '1' });
    admin = await app.workspace.createUser({ roles: ['admin'], totp: true });
    sessionId = String((await app.workspace.createSession()).sessionId);
  });
  beforeEach(() => {
    capture();
  });
  afterAll(async () => {
    Logger.overrideLogger(app.log);
    await app.close();
  });

  /** From now on, keeps what production would print. Every start of a service sets another logger. */
  const capture = (): void => {
    written = '';
    const write = (line: string): unknown => (written += line);
    Logger.overrideLogger(new ServiceLogger({ level: 'info', format: 'json' }, { write }));
  };

  /** The lines of the web server so far, at least `count`; each has been read by a JSON parser. */
  const lines = async (count = 1): Promise<LogFields[]> => {
    for (;;) {
      const found = written
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as LogFields)
        .filter(({ context }) => context === 'Http');
      if (found.length >= count) return found;
      await new Promise(setImmediate);
    }
  };

  const send = async (bytes: string): Promise<void> => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    socket.resume();
    await once(socket, 'close');
  };

  it('has exactly one line of this shape for a request', async () => {
    const { status, headers } = await app.infoAdminAs(admin, sessionId, {
      'x-request-id': 'a-1',
      'x-forwarded-for': '203.0.113.7',
      'user-agent': 'curl/8.1',
    });
    expect([status, headers['x-request-id']]).toEqual([200, 'a-1']);
    const found = await lines();
    expect(found).toEqual([
      {
        level: 'info',
        time: expect.any(String) as string,
        'process.pid': process.pid,
        context: 'Http',
        request_id: 'a-1',
        'http.request.method': 'GET',
        'http.route': INFO_ADMIN,
        'http.response.status_code': 200,
        'http.server.request.duration': expect.any(Number) as number,
        'client.address': '203.0.113.7',
        'user_agent.original': 'curl/8.1',
        msg: `GET ${INFO_ADMIN} 200`,
      },
    ]);
    expect(Object.keys(found[0] ?? {})).toEqual([
      'level',
      'time',
      'process.pid',
      'context',
      'request_id',
      'http.request.method',
      'http.route',
      'http.response.status_code',
      'http.server.request.duration',
      'client.address',
      'user_agent.original',
      'msg',
    ]);
  });

  it('holds neither the session id, nor what else a path or query says, nor a header or body', async () => {
    const secrets = [sessionId, admin.token, admin.id, 'hunter2', 'x-auth'];
    await app.infoAdminAs(admin, sessionId, { 'x-secret': 'hunter2', cookie: 'a=hunter2' });
    await app.call(`/hunter2/${sessionId}?x=hunter2`);
    await app.call(`/%ff${sessionId}`);
    await app.login({ user: 'hunter2', password: 'hunter2' });
    const found = await lines(4);
    expect(found).toHaveLength(4);
    for (const secret of secrets) expect(inspect(found)).not.toContain(secret);
  });

  it.each([
    ['a refusal by its kind', '/api/v1/me', {}, 401, 'info', 'not-logged-in', '/api/v1/me'],
    ['an unknown path', '/hidden', {}, 404, 'info', '404', undefined],
  ])('tells %s', async (_case, path, headers, status, level, type, route) => {
    await app.call(path, { headers });
    const [line, ...more] = await lines();
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      level,
      'http.response.status_code': status,
      'error.type': type,
    });
    expect(line?.['http.route']).toBe(route);
  });

  it.each([
    [
      'a path that cannot be decoded',
      'GET /%ff HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      400,
      'unreadable-path',
    ],
    ['no HTTP', 'nonsense\r\n\r\n', 400, 'HPE_INVALID_METHOD'],
    [
      'too large headers',
      `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'HPE_HEADER_OVERFLOW',
    ],
  ])(
    'has a line for %s, with the address of the connection',
    async (_case, bytes, status, type) => {
      await send(bytes);
      expect(await lines()).toEqual([
        expect.objectContaining({
          request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
          'http.response.status_code': status,
          'error.type': type,
          'network.peer.address': '127.0.0.1',
        }),
      ]);
    },
  );

  it('stays one JSON line per request whatever a client sends', async () => {
    const agents = ['\u009b31m', 'a"}\\', '{"level":"error"}', '\t', 'é'.repeat(5000)];
    for (const agent of agents) {
      await send(
        `DELETE /"}\\x${encodeURIComponent('\u2028\u202e')} HTTP/1.1\r\nhost: x\r\n` +
          `user-agent: ${agent}\r\nx-request-id: "}\r\nconnection: close\r\n\r\n`,
      );
    }
    const found = await lines(agents.length);
    expect(
      found.map((line) => (line['user_agent.original'] as string | undefined)?.length ?? 0),
    ).toEqual(agents.map((agent) => Math.min(256, agent.trim().length)));
    expect(written).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  it('names no method that the conventions do not know', async () => {
    await app.call('/x', { method: 'PROPFIND' });
    expect(await lines()).toMatchObject([{ 'http.request.method': '_OTHER' }]);
  });

  it('says when a client went away before its answer, each request of a pipeline by itself', async () => {
    const proxy = await TcpProxy.start(app.databaseUri);
    const cut = await app.another({ MONGODB_URI: proxy.rewrite(app.databaseUri) });
    capture();
    proxy.stall();
    const { hostname, port } = new URL(cut.url);
    const socket = connect(Number(port), hostname);
    const [id, token] = [admin.headers['x-user-id'], admin.headers['x-auth-token']];
    const request = `GET /api/v1/me HTTP/1.1\r\nhost: x\r\nx-user-id: ${id}\r\nx-auth-token: ${token}\r\n\r\n`;
    socket.write(request + request);
    await proxy.untilHeld('users');
    socket.destroy();
    const found = await lines(2);
    proxy.resume();
    for (const line of found) {
      expect(line).toMatchObject({ 'error.type': 'aborted', 'http.route': '/api/v1/me' });
      expect(line).not.toHaveProperty('http.response.status_code');
    }
    await cut.close();
  });

  it('writes 5xx as errors, and its own error lines with the id of the request', async () => {
    const proxy = await TcpProxy.start(app.databaseUri);
    const cut = await app.another({
      MONGODB_URI: proxy.rewrite(app.databaseUri),
      DATABASE_TIMEOUT_MS: '200',
    });
    capture();
    proxy.stall();
    await cut.call('/api/v1/me', { headers: { ...admin.headers, 'x-request-id': 'a-2' } });
    expect(await lines()).toMatchObject([
      { level: 'error', request_id: 'a-2', 'http.response.status_code': 503, 'error.type': '503' },
    ]);
    // An instance that an earlier test has closed may still have something to say.
    const own = written.split('\n').filter((line) => line.includes('"request_id":"a-2"'));
    expect(own.find((line) => line.includes('ApiExceptionFilter'))).toContain(
      'The database is unreachable',
    );
    proxy.resume();
    await cut.close();
  });
});
