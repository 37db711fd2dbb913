import { once } from 'node:events';
import { connect } from 'node:net';
import { TestApp } from '../../support/app';
import { describeCommand } from '../../support/explain';
import { SERVICE_UNAVAILABLE } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { callRoute, PROTECTED_ROUTES, ProtectedRoute } from '../../support/protected-routes';
import { TcpProxy } from '../../support/tcp-proxy';
import { afterTests } from '../../support/teardown';
import { TestUser } from '../../support/workspace';

const TIMEOUT_MS = 500;
/** One database answer fits into the timeout, two do not. */
const DELAY_MS = 400;
const PASSWORD = 'correct horse';

interface Timed {
  answer: HttpAnswer;
  milliseconds: number;
}

async function timed(ask: () => Promise<HttpAnswer>): Promise<Timed> {
  const begun = performance.now();
  const answer = await ask();
  return { answer, milliseconds: performance.now() - begun };
}

describe('every route on a slow database', () => {
  let plain: TestApp;
  let app: TestApp;
  let proxy: TcpProxy;

  beforeAll(async () => {
    plain = await TestApp.start();
    proxy = await TcpProxy.start(plain.databaseUri);
    app = await plain.another({
      MONGODB_URI: proxy.rewrite(plain.databaseUri),
      REQUEST_TIMEOUT_MS: String(TIMEOUT_MS),
      SMTP_URL: 'smtp://127.0.0.1:9',
    });
  });
  afterEach(() => {
    proxy.delay(0);
  });
  afterAll(async () => {
    await app.close();
    await proxy.cut();
    await plain.close();
  });

  const prepare = async (route: ProtectedRoute): Promise<() => Promise<Timed>> => {
    const user = await app.workspace.createUser(route.serves);
    const { sessionId } = await app.workspace.createSession({ userId: user.id });
    const code = user.codeAt(app.clock.now());
    const given = { ID: String(sessionId), CODE: code, OTHER_USER: user.id };
    const headers = { ...user.headers, 'x-2fa-code': code };
    return () => timed(() => callRoute(app, route, given, headers));
  };

  const loginAs = async (): Promise<(type: string) => Promise<Timed>> => {
    const user = await app.workspace.createUser({ password: PASSWORD });
    const body = { user: `user-${user.id}`, password: PASSWORD, code: '000000' };
    const texts: Record<string, string> = {
      'application/json': JSON.stringify(body),
      'application/x-www-form-urlencoded': new URLSearchParams(body).toString(),
    };
    return (type) => timed(() => app.login(texts[type], { 'content-type': type }));
  };

  it('answers within the request timeout, with and without a body', async () => {
    const routes = await Promise.all(PROTECTED_ROUTES.map(prepare));
    const login = await loginAs();
    proxy.delay(DELAY_MS);
    const all = await Promise.all([
      ...routes.map((ask) => ask()),
      login('application/json'),
      login('application/x-www-form-urlencoded'),
    ]);
    const names = [...PROTECTED_ROUTES.map(({ path }) => path), 'login', 'login by form'];
    const served = names.filter((_, index) => all[index]?.answer.status !== 503);
    // These send one database command at most.
    const single = ['users.totpCodesRemaining', 'users.2fa.disableEmail', 'users.2fa.enableEmail'];
    expect(served.filter((name) => !single.includes(name))).toEqual([]);
    for (const { answer, milliseconds } of all) {
      if (answer.status === 503) expect(answer).toMatchObject(SERVICE_UNAVAILABLE);
      // Not a measurement: without the bound the slowest took 2.4 s and more.
      expect(milliseconds).toBeLessThan(3 * TIMEOUT_MS);
    }
  });

  it('serves again when the database recovers, without errors from the abandoned requests', async () => {
    const posts = PROTECTED_ROUTES.filter(({ path }) => path === 'sessions/logout');
    const asks = await Promise.all(posts.map(prepare));
    proxy.delay(DELAY_MS);
    const given = await Promise.all(asks.map((ask) => ask()));
    expect(given.map(({ answer }) => answer)).toMatchObject([SERVICE_UNAVAILABLE]);
    proxy.delay(0);
    const user = await app.workspace.createUser();
    const me = (): Promise<HttpAnswer> => app.call('/api/v1/me', { headers: user.headers });
    for (let answer = await me(); answer.status !== 200; answer = await me()) {
      expect(answer).toMatchObject(SERVICE_UNAVAILABLE);
    }
    // A late answer is dropped silently; only the unreachable database is logged.
    const errors = app.log.lines.filter((line) => /^(error|fatal|warn) (?!Http )/.test(line));
    expect(errors.filter((line) => !/database is unreachable|SMTP_URL/.test(line))).toEqual([]);
  });
});

describe('a client that does not send its body', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start({ REQUEST_TIMEOUT_MS: '300' });
    user = await app.workspace.createUser();
  });
  afterAll(() => app.close());

  it.each([
    ['POST', '/api/v1/login'],
    ['POST', '/api/v1/sessions/logout'],
    ['POST', '/api/v1/nothing'],
    ['PUT', '/api/v1/me'],
    ['DELETE', '/api-docs'],
    ['QUERY', '/api/v1/me'],
  ])(
    'receives 408 to %s %s and is disconnected, without any database command but that of its record',
    async (method, path) => {
      const { hostname, port } = new URL(app.url);
      const socket = connect(Number(port), hostname);
      afterTests(() => Promise.resolve(socket.destroy()));
      let received = '';
      socket.on('data', (chunk) => (received += chunk.toString()));
      const commands = await app.commandsDuring(async () => {
        socket.write(
          `${method} ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n` +
            `x-user-id: ${user.id}\r\nx-auth-token: ${user.token}\r\n\r\n{"sessionId":`,
        );
        await once(socket, 'close');
      });
      expect(received).toMatch(/^HTTP\/1\.1 408 /);
      expect(received).toMatch(/\r\nconnection: close\r\n/i);
      expect(received).toMatch(/\{"success":false,"error":"Request Timeout"\}$/);
      const names = commands.map(describeCommand);
      expect(names.filter((name) => name !== 'insert ws_audit')).toEqual([]);
      expect(app.log.lines.join('\n')).not.toMatch(/unreachable|Unforeseen/);
    },
  );
});
