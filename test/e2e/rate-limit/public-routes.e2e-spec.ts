import { mongo } from 'mongoose';
import { FixedWindowCounter } from '../../../src/database/fixed-window.counter';
import { TestApp } from '../../support/app';
import { LOGIN_REFUSED, SERVICE_UNAVAILABLE } from '../../support/expectations';
import { describeCommand } from '../../support/explain';
import { HttpAnswer } from '../../support/http';
import { endOfMinute, limitShown, tally, tooManyRequests } from '../../support/rate-limit-answers';
import { TestUser } from '../../support/workspace';

const LIMIT = 6;
const PASSWORD = 'correct horse';
const COUNTED = 'findAndModify ws_rate_limits';

/** What a refused request costs beside its audit record, which is folded in a flood. */
async function commandsBesideRecords(
  at: TestApp,
  action: () => Promise<unknown>,
): Promise<string[]> {
  const names = (await at.commandsDuring(action)).map(describeCommand);
  return names.filter((name) => name !== 'insert ws_audit');
}

describe('the rate limit of the public routes', () => {
  let app: TestApp;
  let second: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    const env = { RATE_LIMIT_PUBLIC_PER_MINUTE: String(LIMIT), TRUSTED_PROXY_COUNT: '1' };
    app = await TestApp.start(env);
    second = await app.another(env);
    user = await app.workspace.createUser({ password: PASSWORD, totp: false });
  });
  beforeEach(() => {
    app.clock.advance({ seconds: 60 });
    second.clock.set(app.clock.now());
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await second.close();
    await app.close();
  });

  const login = (address: string, at = app, body?: unknown): Promise<HttpAnswer> =>
    at.login(body ?? { user: `user-${user.id}`, password: PASSWORD }, {
      'x-forwarded-for': address,
    });
  const sendCode = (address: string, at = app): Promise<HttpAnswer> =>
    at.call('/api/v1/users.2fa.sendEmailCode', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ emailOrUsername: 'nobody' }),
    });

  it('serves the limit over all processes, however parallel the requests are', async () => {
    const resume = { resume: 'unknown' };
    const answers = await Promise.all(
      Array.from({ length: 2 * LIMIT }, () => [
        login('192.0.2.1', app, resume),
        login('192.0.2.1', second, resume),
      ]).flat(),
    );
    expect(tally(answers)).toEqual({ 401: LIMIT, 429: 3 * LIMIT });
    for (const answer of answers) {
      if (answer.status === 401) expect(answer).toMatchObject(LOGIN_REFUSED);
      else expect(answer).toMatchObject(tooManyRequests(app.clock.now()));
    }
    const left = answers.filter(({ status }) => status === 401).map((one) => limitShown(one)?.[1]);
    expect(left.sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('judges no password beyond the limit, not even a right one, until the minute is over', async () => {
    for (let n = 0; n < LIMIT; n++) expect((await login('192.0.2.2')).status).toBe(200);
    const refused = await login('192.0.2.2');
    expect(refused).toMatchObject(tooManyRequests(app.clock.now()));
    expect(limitShown(refused)).toEqual([LIMIT, 0, endOfMinute(app.clock.now())]);
    app.clock.advance({ seconds: 60 });
    expect((await login('192.0.2.2')).status).toBe(200);
  });

  it('costs one round trip, and none once the process knows that nothing is left', async () => {
    app.onOneInstance('each process learns that nothing is left by itself');
    for (let n = 0; n < LIMIT; n++) await login('192.0.2.3', app, {});
    const ask = (at: TestApp): Promise<unknown> => login('192.0.2.3', at, {});
    const commands = (at: TestApp): Promise<string[]> => commandsBesideRecords(at, () => ask(at));
    expect(await commands(app)).toEqual([]);
    expect(await commands(second)).toEqual([COUNTED]);
    expect(await commands(second)).toEqual([]);
  });

  it('counts bodies that cannot be read', async () => {
    for (let n = 0; n < LIMIT; n++) expect((await login('192.0.2.4', app, '{')).status).toBe(400);
    expect((await login('192.0.2.4')).status).toBe(429);
  });

  it('counts each address and each route apart, and an IPv6 network as one address', async () => {
    for (let n = 0; n < LIMIT; n++) await login(`2001:db8:0:3::${n}`, app, {});
    expect((await login('2001:db8:0:3:ffff::1')).status).toBe(429);
    expect((await login('2001:db8:0:4::1')).status).toBe(200);
    expect((await login('192.0.2.5')).status).toBe(200);
    expect((await sendCode('2001:db8:0:3::1')).status).not.toBe(429);
  });

  it('limits the mails that anybody can ask for', async () => {
    const answers = [];
    for (let n = 0; n < LIMIT + 2; n++) answers.push(await sendCode('192.0.2.6'));
    expect(answers.slice(LIMIT)).toMatchObject([{ status: 429 }, { status: 429 }]);
    expect(tally(answers)[429]).toBe(2);
  });

  it('follows no x-forwarded-for while no proxy is trusted', async () => {
    const direct = await app.another({ RATE_LIMIT_PUBLIC_PER_MINUTE: String(LIMIT) });
    const answers = await Promise.all(
      Array.from({ length: LIMIT + 2 }, (_, n) => login(`192.0.2.${100 + n}`, direct, {})),
    );
    expect(tally(answers)).toEqual({ 401: LIMIT, 429: 2 });
    await direct.close();
  });

  it.each([
    ['cannot be reached', new mongo.MongoNetworkError('gone')],
    ['refuses', new mongo.MongoServerError({ message: 'not authorized', code: 13 })],
  ])('answers 503 when its store %s, while reads go on', async (_case, error) => {
    const counter = app.partOf(FixedWindowCounter);
    jest.spyOn(counter, 'increment').mockRejectedValue(error);
    const commands = await commandsBesideRecords(app, async () => {
      expect(await login('192.0.2.7')).toMatchObject(SERVICE_UNAVAILABLE);
      expect(await sendCode('192.0.2.7')).toMatchObject(SERVICE_UNAVAILABLE);
    });
    expect(commands).toEqual([]);
    expect((await app.call('/api/v1/me', { headers: user.headers })).status).toBe(200);
    // However many were refused so, all are served again when it is back.
    for (let n = 0; n < LIMIT; n++) await login('192.0.2.7');
    jest.restoreAllMocks();
    expect((await login('192.0.2.7')).status).toBe(200);
  });

  it('stays closed where the stored count is no number', async () => {
    await login('192.0.2.8', app, {});
    const stored = app.workspace.db.collection('ws_rate_limits');
    await stored.updateMany({ _id: /^public-route/ }, { $set: { count: 'many' } });
    expect(await login('192.0.2.8', app, {})).toMatchObject(SERVICE_UNAVAILABLE);
  });

  it('keeps no address, and each count for a minute more than it counts', async () => {
    await login('192.0.2.9', app, {});
    const documents = await app.workspace.db
      .collection<{ _id: string; expiresAt: Date }>('ws_rate_limits')
      .find({ count: 1 })
      .toArray();
    expect(JSON.stringify(documents)).not.toContain('192.0.2.9');
    expect(documents.map(({ expiresAt }) => expiresAt.getTime())).toContain(
      endOfMinute(app.clock.now()) + 60_000,
    );
  });

  it('is shown before the request is judged, also where no other limit is', async () => {
    const only = await app.another({
      RATE_LIMIT_PER_MINUTE: '0',
      RATE_LIMIT_PUBLIC_PER_MINUTE: String(LIMIT),
    });
    const resets = endOfMinute(app.clock.now());
    const tooLarge = (): Promise<HttpAnswer> => only.login('x'.repeat(70_000));
    const [large, judged, next] = [
      await tooLarge(),
      await only.login({ resume: 'unknown' }),
      await tooLarge(),
    ];
    expect([large, judged, next].map(({ status }) => status)).toEqual([413, 401, 413]);
    expect([large, judged, next].map(limitShown)).toEqual([
      [LIMIT, LIMIT, resets],
      [LIMIT, LIMIT - 1, resets],
      [LIMIT, LIMIT - 1, resets],
    ]);
    await only.close();
  });

  it('with 0, leaves the general limit, which needs no database', async () => {
    const env = { RATE_LIMIT_PUBLIC_PER_MINUTE: '0', RATE_LIMIT_PER_MINUTE: '4' };
    const open = await app.another(env);
    const answers: HttpAnswer[] = [];
    const commands = await commandsBesideRecords(open, async () => {
      for (let n = 0; n < 6; n++) answers.push(await login('192.0.2.10', open, {}));
    });
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 429, 429]);
    expect(commands).toEqual([]);
    await open.close();
  });
});
