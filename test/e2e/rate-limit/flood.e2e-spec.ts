import { CallersService } from '../../../src/auth/callers.service';
import { TestApp } from '../../support/app';
import { NOT_FOUND } from '../../support/expectations';
import { describeCommand } from '../../support/explain';
import { HttpAnswer } from '../../support/http';
import { limitShown, tally, tooManyRequests } from '../../support/rate-limit-answers';
import { TestUser } from '../../support/workspace';

const LIMIT = 3;
/** Ten times the limit (contract §7). */
const FAILURES = 30;
const FLOODER = '198.51.100.7';
const OTHER = '198.51.100.8';

describe('an address that floods without valid credentials', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start({ RATE_LIMIT_PER_MINUTE: String(LIMIT), TRUSTED_PROXY_COUNT: '1' });
    user = await app.workspace.createUser();
  });
  beforeEach(() => {
    app.clock.advance({ seconds: 60 });
  });
  afterAll(() => app.close());

  const ask = (
    path: string,
    address: string,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> =>
    app.call(`/api/v1/${path}`, { headers: { 'x-forwarded-for': address, ...headers } });
  const guess = (address = FLOODER): Promise<HttpAnswer> =>
    ask('sessions/list.all', address, { ...user.headers, 'x-auth-token': 'guess' });
  const times = (count: number, send: () => Promise<HttpAnswer>): Promise<HttpAnswer[]> =>
    Promise.all(Array.from({ length: count }, send));

  it('is answered 429 before authentication, however parallel it is, and costs the database nothing', async () => {
    let answers: HttpAnswer[] = [];
    const audited = app.log.audit.length;
    const commands = await app.commandsDuring(async () => {
      answers = await times(3 * FAILURES, () => guess());
    });
    expect(tally(answers)).toEqual({ 401: FAILURES, 429: 2 * FAILURES });
    const judging = commands.map(describeCommand).filter((name) => name !== 'insert ws_audit');
    // At most one for each that is judged: parallel requests with one token share reads (docs/adr/0033).
    expect([...new Set(judging)]).toEqual(['find users']);
    expect(judging.length).toBeLessThanOrEqual(FAILURES);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused).toMatchObject(tooManyRequests(app.clock.now()));
    expect(refused && limitShown(refused)?.slice(0, 2)).toEqual([FAILURES, 0]);
    expect(refused?.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    // Only what reached the route is audited, and of that the first 25 of a minute one by one.
    expect(app.log.audit.length - audited).toBeLessThanOrEqual(FAILURES);
  });

  it('is refused on every route, also with valid credentials, until the minute is over', async () => {
    await times(FAILURES, () => guess());
    const commands = await app.commandsDuring(async () => {
      for (const path of ['me', 'sessions/list', 'sessions/info']) {
        expect(await ask(path, FLOODER, user.headers)).toMatchObject({ status: 429 });
      }
      const login = await app.login({ user: 'x', password: 'x' }, { 'x-forwarded-for': FLOODER });
      expect(login).toMatchObject({ status: 429 });
    });
    expect(commands).toEqual([]);
    expect((await ask('me', OTHER, user.headers)).status).toBe(200);
    app.clock.advance({ seconds: 60 });
    expect((await ask('me', FLOODER, user.headers)).status).toBe(200);
  });

  it('counts requests without any credentials, and wrong passwords', async () => {
    const wrong = { user: 'nobody', password: 'wrong' };
    const answers = [
      ...(await times(FAILURES - 1, () => ask('me', FLOODER))),
      await app.login(wrong, { 'x-forwarded-for': FLOODER }),
    ];
    expect(tally(answers)).toEqual({ 401: FAILURES });
    expect((await ask('me', FLOODER)).status).toBe(429);
  });

  it('counts logins beyond the limit of public routes, which are not judged', async () => {
    const strict = await app.another({
      RATE_LIMIT_PER_MINUTE: String(LIMIT),
      RATE_LIMIT_PUBLIC_PER_MINUTE: '1',
    });
    const login = (): Promise<HttpAnswer> => strict.login({ resume: 'unknown' });
    expect(tally(await times(FAILURES, login))).toEqual({ 401: 1, 429: FAILURES - 1 });
    expect(limitShown(await login())?.[0]).toBe(FAILURES);
    expect((await strict.call('/api/v1/me', { headers: user.headers })).status).toBe(429);
    await strict.close();
  });

  it('counts no request that is authenticated, whatever it is answered', async () => {
    const served = await times(2 * FAILURES, () => ask('me', FLOODER, user.headers));
    expect(tally(served)).toEqual({ 200: LIMIT, 429: 2 * FAILURES - LIMIT });
    expect(tally(await times(FAILURES + 5, () => guess()))).toEqual({ 401: FAILURES, 429: 5 });
  });

  it('refuses more requests than it counts at once, and forgets those that it refused', async () => {
    const callers = app.partOf(CallersService);
    const find = callers.find.bind(callers);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const finding = jest.spyOn(callers, 'find').mockImplementation(async (token) => {
      await held;
      return find(token);
    });
    const admitted = times(FAILURES, () => ask('me', FLOODER, user.headers));
    while (finding.mock.calls.length < FAILURES) await new Promise(setImmediate);
    expect(tally(await times(5, () => ask('me', FLOODER, user.headers)))).toEqual({ 429: 5 });
    release();
    expect(tally(await admitted)).toEqual({ 200: LIMIT, 429: FAILURES - LIMIT });
    finding.mockRestore();
    expect(tally(await times(FAILURES + 5, () => guess()))).toEqual({ 401: FAILURES, 429: 5 });
  });

  it('counts a login that is too old by its user and route, and not as a flood', async () => {
    const strict = await app.another({
      RATE_LIMIT_PER_MINUTE: String(LIMIT),
      ADMIN_LOGIN_MAX_AGE_MINUTES: '1',
    });
    const old = await app.workspace.createUser({
      loggedInAt: new Date(app.clock.now().getTime() - 120_000),
    });
    const list = (): Promise<HttpAnswer> =>
      strict.call('/api/v1/sessions/list.all', { headers: old.headers });
    const first = await list();
    expect([first.status, limitShown(first)?.slice(0, 2)]).toEqual([401, [LIMIT, LIMIT - 1]]);
    expect(tally(await times(2 * FAILURES, list))).toEqual({
      401: LIMIT - 1,
      429: 2 * FAILURES - LIMIT + 1,
    });
    expect((await strict.call('/api/v1/me', { headers: old.headers })).status).toBe(200);
    await strict.close();
  });

  it('does not count unknown paths, nor hide them', async () => {
    await times(2 * FAILURES, () => ask('nothing', FLOODER));
    expect((await guess()).status).toBe(401);
    await times(FAILURES, () => guess());
    expect(await ask('nothing', FLOODER)).toMatchObject(NOT_FOUND);
  });

  it('counts the network of an IPv6 address as one', async () => {
    const answers = [];
    for (let n = 0; n <= FAILURES; n++) answers.push(await guess(`2001:db8:0:1::${n}`));
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array<number>(FAILURES).fill(401),
      429,
    ]);
    expect((await guess('2001:db8:0:2::1')).status).toBe(401);
  });

  it('cannot be blamed on others while no proxy is trusted', async () => {
    const direct = await app.another({ RATE_LIMIT_PER_MINUTE: String(LIMIT) });
    const headers = { ...user.headers, 'x-auth-token': 'guess' };
    const answers = await Promise.all(
      Array.from({ length: FAILURES + 5 }, (_, n) =>
        direct.call('/api/v1/me', { headers: { ...headers, 'x-forwarded-for': `192.0.2.${n}` } }),
      ),
    );
    expect(tally(answers)).toEqual({ 401: FAILURES, 429: 5 });
    await direct.close();
  });
});
