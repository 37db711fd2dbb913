import { request } from 'node:http';
import { DeclaredRoute } from '../../../src/access/declared-routes';
import { RouteAccessChecker } from '../../../src/access/route-access.checker';
import { CallersService } from '../../../src/auth/callers.service';
import { hashLoginToken } from '../../../src/auth/login-token';
import { AccountsRepository } from '../../../src/workspace-data/users/accounts.repository';
import { TestApp } from '../../support/app';
import { AuditLine } from '../../support/log-book';
import {
  callRoute,
  isSteppedUpByHeader,
  ProtectedRoute,
  PROTECTED_ROUTES,
} from '../../support/protected-routes';
import { TcpProxy } from '../../support/tcp-proxy';
import { TestUser, UserOptions } from '../../support/workspace';

const JSON_TYPE = { 'content-type': 'application/json' };
/** Configures a mail server, which the routes for e-mail codes need; nothing listens there. */
const ENV = { SMTP_URL: 'smtp://127.0.0.1:9' };

/** What a route's audit record must contain. */
type Expected = Partial<AuditLine['data']>;

describe('the audit log of every route', () => {
  let app: TestApp;
  let routes: DeclaredRoute[];

  beforeAll(async () => {
    app = await TestApp.start(ENV);
    routes = app.app.get(RouteAccessChecker, { strict: false }).routes();
  });
  beforeEach(() => {
    // Another minute: no record is merged with one of the previous test.
    app.clock.advance({ seconds: 60 });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => app.close());

  const method = ({ route }: DeclaredRoute): 'GET' | 'POST' =>
    route.split(' ')[0] as 'GET' | 'POST';
  const path = ({ route }: DeclaredRoute): string => `/${route.split(' ')[1] ?? ''}`;
  const isPublic = ({ policy }: DeclaredRoute): boolean => policy?.public === true;

  const linesDuring = async (
    where: TestApp,
    action: () => Promise<unknown>,
  ): Promise<AuditLine[]> => {
    const before = where.log.audit.length;
    await action();
    return where.log.audit.slice(before);
  };

  /** Expects exactly one record per request to a route that declares an event, and none of the others. */
  const check = async (
    chosen: DeclaredRoute[],
    ask: (route: DeclaredRoute) => Promise<unknown>,
    expected: Expected,
    where = app,
  ): Promise<void> => {
    expect(chosen.length).toBeGreaterThan(0);
    for (const route of chosen) {
      const lines = await linesDuring(where, () => ask(route));
      const { audit } = route.policy ?? {};
      const isDone = expected.result === 'ok';
      expect({ route: route.route, lines }).toEqual({
        route: route.route,
        lines: audit
          ? [
              expect.objectContaining({
                t: expect.stringMatching(
                  eitherOf(
                    isDone
                      ? audit.event
                      : (audit.refusal ?? refusalEvent(expected.result, audit.event)),
                    // The request that is served is a dry run, but an unreadable one may be anything.
                    audit.preview,
                  ),
                ) as unknown,
                data: expect.objectContaining({
                  route: `${method(route)} ${path(route)}`,
                  ...(audit.change && { change: audit.change }),
                  ...expected,
                }) as object,
              }),
            ]
          : [],
      });
    }
  };

  /** The request of the protection tests that this route serves. */
  const known = (route: DeclaredRoute): ProtectedRoute => {
    const found = PROTECTED_ROUTES.find((one) => `/api/v1/${one.path}` === path(route));
    if (!found) throw new Error(`test/support/protected-routes.ts does not know ${route.route}.`);
    return found;
  };

  const send = (
    route: DeclaredRoute,
    {
      headers = {},
      body = '{}',
      query = '',
    }: { headers?: object; body?: string; query?: string } = {},
    where = app,
  ): Promise<unknown> =>
    where.call(`${path(route)}${query}`, {
      method: method(route),
      headers: { ...JSON_TYPE, ...headers },
      ...(method(route) === 'POST' && { body }),
    });

  const createCaller = async (
    route: DeclaredRoute,
    options: UserOptions = {},
  ): Promise<[TestUser, string]> => {
    const user = await app.workspace.createUser({
      ...(isPublic(route) ? {} : known(route).serves),
      ...options,
    });
    const loginToken = hashLoginToken((await app.workspace.addLogin(user)).token);
    const { sessionId } = await app.workspace.createSession({ userId: user.id, loginToken });
    return [user, String(sessionId)];
  };

  /** Sends a request by a caller who meets the route's whole policy. */
  const serve = async (
    route: DeclaredRoute,
    headers: Record<string, string> = {},
    options: UserOptions = {},
  ): Promise<unknown> => {
    const [user, ID] = await createCaller(route, options);
    const code = user.codeAt(app.clock.now());
    const given = { ID, CODE: code, OTHER_USER: (await app.workspace.createUser()).id };
    return callRoute(app, known(route), given, {
      ...user.headers,
      ...(isSteppedUpByHeader(known(route)) && { 'x-2fa-code': code }),
      ...headers,
    });
  };

  const protectedOnes = (): DeclaredRoute[] => routes.filter((route) => !isPublic(route));
  const posts = (): DeclaredRoute[] => routes.filter((route) => method(route) === 'POST');

  it('covers the same routes as the protection tests', () => {
    expect(protectedOnes().map(({ route }) => route)).toEqual(
      PROTECTED_ROUTES.map((route) => `${route.method} api/v1/${route.path}`).sort((a, b) =>
        a.localeCompare(b),
      ),
    );
  });

  it('writes one record of a served request', async () => {
    await check(protectedOnes(), (route) => serve(route), { result: 'ok', answered: 200 });
    const user = await app.workspace.createUser({ password: 'correct horse', totp: false });
    const body: Record<string, object> = {
      '/api/v1/login': { user: `user-${user.id}`, password: 'correct horse' },
      '/api/v1/users.2fa.sendEmailCode': { emailOrUsername: 'nobody' },
    };
    await check(
      routes.filter(isPublic),
      (route) => send(route, { body: JSON.stringify(body[path(route)]) }),
      { result: 'ok', answered: 200 },
    );
  });

  it('writes one record of a request without a token, with a wrong token, and with the token of another user', async () => {
    const user = await app.workspace.createUser();
    for (const headers of [
      {},
      { ...user.headers, 'x-auth-token': 'wrong' },
      { ...user.headers, 'x-user-id': 'somebody' },
    ]) {
      await check(protectedOnes(), (route) => send(route, { headers }), {
        result: 'not-logged-in',
        answered: 401,
      });
    }
    await check(
      routes.filter(({ route }) => route.endsWith('/login')),
      (route) => send(route),
      {
        result: 'login-refused',
        answered: 401,
      },
    );
  });

  it('writes one record of a request without the permission', async () => {
    const asking = routes.filter(
      ({ policy }) => policy && ('permission' in policy || 'forOthers' in policy),
    );
    await check(asking, (route) => serve(route, {}, { roles: ['user'] }), {
      result: 'no-permission',
      answered: 403,
    });
  });

  it('writes one record of a request with wrong parameters', async () => {
    const taking = routes.filter(({ policy }) => policy?.parameters);
    const user = await app.workspace.createUser();
    await check(
      taking,
      (route) => send(route, { headers: user.headers, body: '{"no":1}', query: '?no=1' }),
      { result: 'invalid-parameters', answered: 400 },
    );
  });

  it('writes one record of a request with a missing or wrong second factor', async () => {
    const proven = protectedOnes().filter((route) => isSteppedUpByHeader(known(route)));
    const factorOf = (route: DeclaredRoute): string =>
      known(route).stepsUp?.password === undefined ? 'totp' : 'password';
    for (const reason of ['totp', 'password']) {
      const asking = proven.filter((route) => factorOf(route) === reason);
      const show = (code: string) => (route: DeclaredRoute) =>
        serve(route, { 'x-2fa-code': code }, known(route).stepsUp);
      await check(asking, show(''), { result: 'second-factor-required', reason });
      await check(asking, show('wrong!'), { result: 'second-factor-invalid', reason });
    }
    await check(
      routes.filter(({ policy }) => typeof policy?.stepUp === 'object'),
      async (route) => {
        const [user] = await createCaller(route);
        return send(route, { headers: user.headers, body: '{"code":"wrong!"}' });
      },
      { result: 'second-factor-invalid', answered: 400 },
    );
  });

  it('writes one record of a request whose body is unreadable, too large or incomplete', async () => {
    const user = await app.workspace.createUser();
    const { headers } = user;
    for (const route of posts()) {
      for (const [body, type] of [
        ['{', 'application/json'],
        ['<a/>', 'application/xml'],
        ['a=1', 'application/x-www-form-urlencoded'],
        ['{}', 'nonsense'],
      ] as const) {
        const lines = await linesDuring(app, () =>
          send(route, { headers: { ...headers, 'content-type': type }, body }),
        );
        expect({ route, type, count: lines.length }).toEqual({ route, type, count: 1 });
      }
    }
    // Another minute: so many refusals of one address would be counted instead.
    app.clock.advance({ seconds: 60 });
    const large = JSON.stringify('x'.repeat(100_000));
    await check(posts(), (route) => send(route, { headers, body: large }).catch(() => undefined), {
      result: 'payload-too-large',
      answered: 413,
    });
    app.clock.advance({ seconds: 60 });
    await check(posts(), (route) => disconnectHalfway(path(route)), {
      result: 'aborted',
      answered: null,
    });
  });

  /** Sends half a body, disconnects, and resolves when the record is written. */
  const disconnectHalfway = async (url: string): Promise<void> => {
    const before = app.log.audit.length;
    const outgoing = request(app.url + url, {
      method: 'POST',
      headers: { ...JSON_TYPE, 'content-length': '100' },
    });
    outgoing.on('error', () => undefined);
    app.server.once('request', () => outgoing.destroy());
    outgoing.write('{"a"');
    while (app.log.audit.length === before) await pause();
  };

  it('writes one record of an unexpected error', async () => {
    const fail = (): never => {
      throw new TypeError('unforeseen');
    };
    jest.spyOn(app.partOf(CallersService), 'find').mockImplementation(fail);
    jest.spyOn(app.partOf(AccountsRepository), 'findByLoginName').mockImplementation(fail);
    const user = await app.workspace.createUser();
    const body = '{"user":"a","password":"b"}';
    await check(
      routes.filter(({ route }) => !route.endsWith('sendEmailCode')),
      (route) => send(route, { headers: user.headers, body }),
      { result: 'unforeseen', answered: 500 },
    );
  });

  it('writes one record of a request without a database', async () => {
    const proxy = await TcpProxy.start(app.databaseUri);
    const cut = await app.another({
      ...ENV,
      MONGODB_URI: proxy.rewrite(app.databaseUri),
      REQUEST_TIMEOUT_MS: '200',
      DATABASE_TIMEOUT_MS: '200',
    });
    const user = await app.workspace.createUser();
    await proxy.cut();
    const asking = routes.filter(({ route }) => !route.endsWith('sendEmailCode'));
    const recorded = asking.filter(({ policy }) => policy?.audit);
    const body = '{"user":"a","password":"b"}';
    await Promise.all(asking.map((route) => send(route, { headers: user.headers, body }, cut)));
    // They are answered in time, and recorded when their work is really over.
    while (cut.log.audit.length < recorded.length) await pause();
    await cut.close();
    expect(cut.log.audit.map(({ data }) => `${String(data.route)} ${data.result}`).sort()).toEqual(
      recorded.map((route) => `${method(route)} ${path(route)} database-unreachable`).sort(),
    );
  });
});

function refusalEvent(result: string | undefined, event: string): string {
  return result === 'second-factor-invalid' ? 'second-factor.failed' : event;
}

function pause(ms = 5): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function eitherOf(...events: (string | undefined)[]): RegExp {
  return new RegExp(`^(${events.filter((event) => event !== undefined).join('|')})$`);
}
