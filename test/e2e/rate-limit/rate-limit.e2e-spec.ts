import { PERMISSION_CACHE_MS } from '../../../src/permissions/permissions.service';
import { TestApp } from '../../support/app';
import { NO_PERMISSION, NOT_LOGGED_IN, TOTP_REQUIRED } from '../../support/expectations';
import { describeCommand } from '../../support/explain';
import { HttpAnswer } from '../../support/http';
import { callRoute, PROTECTED_ROUTES } from '../../support/protected-routes';
import { endOfMinute, limitShown, tally, tooManyRequests } from '../../support/rate-limit-answers';
import { TestUser } from '../../support/workspace';

const LIMIT = 5;

describe('the rate limit of a route', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start({ RATE_LIMIT_PER_MINUTE: String(LIMIT) });
  });
  beforeEach(async () => {
    app.clock.advance({ seconds: 60 });
    user = await app.workspace.createUser();
  });
  afterAll(() => app.close());

  const me = (as: TestUser = user): Promise<HttpAnswer> =>
    app.call('/api/v1/me', { headers: as.headers });
  const times = <T>(count: number, ask: () => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, ask));

  it('serves of any number of parallel requests as many as it allows, and says what is left', async () => {
    const answers = await times(4 * LIMIT, me);
    expect(tally(answers)).toEqual({ 200: LIMIT, 429: 3 * LIMIT });
    const served = answers.filter(({ status }) => status === 200);
    const reset = endOfMinute(app.clock.now());
    expect(served.map(limitShown).sort()).toEqual(
      [0, 1, 2, 3, 4].map((left) => [LIMIT, left, reset]),
    );
    for (const refused of answers.filter(({ status }) => status === 429)) {
      expect(refused).toMatchObject(tooManyRequests(app.clock.now()));
      expect(limitShown(refused)).toEqual([LIMIT, 0, reset]);
    }
  });

  it('counts a user over all of their logins, and every user and route apart', async () => {
    await times(LIMIT, me);
    const again = await app.workspace.addLogin(user);
    expect((await me(again)).status).toBe(429);
    expect((await app.call('/api/v1/sessions/list', { headers: user.headers })).status).toBe(200);
    expect((await me(await app.workspace.createUser())).status).toBe(200);
  });

  it('begins again at the time that it names, and not before', async () => {
    await times(LIMIT, me);
    const [, , reset] = limitShown(await me()) ?? [];
    app.clock.set(new Date((reset ?? 0) - 1));
    expect(await me()).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    app.clock.set(new Date(reset ?? 0));
    expect(limitShown(await me())).toEqual([LIMIT, LIMIT - 1, (reset ?? 0) + 60_000]);
  });

  it('answers 401 before 429, and 429 before 403', async () => {
    const plain = await app.workspace.createUser({ roles: ['user'] });
    const ask = (headers: Record<string, string>): Promise<HttpAnswer> =>
      app.infoAdmin('x', headers);
    for (let n = 0; n < LIMIT; n++) expect(await ask(plain.headers)).toMatchObject(NO_PERMISSION);
    expect(await ask(plain.headers)).toMatchObject({ status: 429 });
    expect(await ask({ ...plain.headers, 'x-auth-token': 'wrong' })).toMatchObject(NOT_LOGGED_IN);
  });

  it('counts what later checks refuse, and spends no code beyond the limit', async () => {
    const { sessionId } = await app.workspace.createSession();
    const ask = (headers: Record<string, string> = {}): Promise<HttpAnswer> =>
      app.infoAdmin(String(sessionId), { ...user.headers, ...headers });
    for (let n = 0; n < LIMIT; n++) expect(await ask()).toMatchObject(TOTP_REQUIRED);
    const code = { 'x-2fa-code': user.codeAt(app.clock.now()) };
    const commands = await app.commandsDuring(async () => {
      expect(await ask(code)).toMatchObject({ status: 429 });
    });
    expect(commands.map(describeCommand)).toEqual([
      'find users',
      // Whether the user is exempt.
      'find rocketchat_permissions',
      'insert ws_audit',
    ]);
  });

  it('asks nothing of the database below the limit, and beyond it once for all', async () => {
    const below = await app.commandsDuring(async () => {
      for (let n = 0; n < LIMIT; n++) await me();
    });
    // As without a limit: the token's owner, and what `me` shows of them.
    expect(below.map(describeCommand)).toEqual(Array<string>(2 * LIMIT).fill('find users'));
    const beyond = await app.commandsDuring(() => times(10, me));
    expect(beyond.map(describeCommand).filter((name) => name !== 'find users')).toEqual([
      'find rocketchat_permissions',
    ]);
  });

  it('exempts who holds api-bypass-rate-limit', async () => {
    const bot = await app.workspace.createUser({ roles: ['bot'] });
    await app.workspace.setPermission('api-bypass-rate-limit', ['bot']);
    app.clock.advance({ seconds: PERMISSION_CACHE_MS / 1000 });
    expect(tally(await times(3 * LIMIT, () => me(bot)))).toEqual({ 200: 3 * LIMIT });
    expect(limitShown(await me(bot))).toEqual([LIMIT, 0, endOfMinute(app.clock.now())]);
    expect(tally(await times(LIMIT + 1, me))).toEqual({ 200: LIMIT, 429: 1 });
  });

  it('shows a limit on every answer of every route', async () => {
    const large = await app.login('x'.repeat(70_000), user.headers);
    expect(large.status).toBe(413);
    expect(limitShown(large)).toBeDefined();
    const given = { ID: 'x', CODE: '000000', OTHER_USER: 'x' };
    for (const route of PROTECTED_ROUTES) {
      for (const headers of [{}, { ...user.headers, 'x-auth-token': 'wrong' }, user.headers]) {
        const answer = await callRoute(app, route, given, headers);
        expect({ path: route.path, shown: limitShown(answer) }).toEqual({
          path: route.path,
          shown: [expect.any(Number), expect.any(Number), endOfMinute(app.clock.now())],
        });
      }
    }
  });

  it('is off with 0: nothing is limited, and nothing shown', async () => {
    const free = await app.another({ RATE_LIMIT_PER_MINUTE: '0' });
    const answers = await times(3 * LIMIT, () =>
      free.call('/api/v1/me', { headers: user.headers }),
    );
    expect(tally(answers)).toEqual({ 200: 3 * LIMIT });
    expect(answers.map(limitShown)).toEqual(answers.map(() => undefined));
    expect((await free.call('/api/v1/me')).headers).not.toHaveProperty('x-ratelimit-limit');
    await free.close();
  });
});
