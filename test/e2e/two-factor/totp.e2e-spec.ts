import { totpCode } from '../../../src/two-factor/methods/totp';
import { TestApp } from '../../support/app';
import { TOTP_INVALID, TOTP_MAX_ATTEMPTS, TOTP_REQUIRED } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { startWithSession, Submit } from '../../support/totp-scene';
import { TestUser } from '../../support/workspace';

const STEP = { seconds: 30 };
const OK = { status: 200 };

describe('TOTP code as a second factor', () => {
  let app: TestApp;
  let submit: Submit;
  let user: TestUser;
  const codeIn = (seconds: number): string =>
    user.codeAt(new Date(app.clock.now().getTime() + seconds * 1000));

  beforeAll(async () => {
    [app, submit] = await startWithSession();
  });
  beforeEach(async () => {
    app.clock.startStep();
    user = await app.workspace.createUser();
  });
  afterAll(() => app.close());

  it.each([
    ['the present step', 0],
    ['the step before', -30],
    ['the step after', 30],
  ])('accepts a code of %s', async (_case, seconds) => {
    expect(await submit(user, codeIn(seconds))).toMatchObject(OK);
  });

  it.each([
    ['two steps ago', -60],
    ['two steps ahead', 60],
    ['three steps ago', -90],
    ['three steps ahead', 90],
  ])('refuses a code of %s', async (_case, seconds) => {
    expect(await submit(user, codeIn(seconds))).toMatchObject(TOTP_INVALID);
  });

  it('accepts a code until the end of the time step after its own', async () => {
    const code = codeIn(0);
    app.clock.advance({ seconds: 59.999 });
    expect(await submit(user, code)).toMatchObject(OK);
    app.clock.advance({ seconds: 0.001 });
    expect(await submit(user, code)).toMatchObject(TOTP_INVALID);
  });

  it('asks for a code when none or an empty one is submitted', async () => {
    expect(await submit(user, '')).toMatchObject(TOTP_REQUIRED);
  });

  it.each<[string, (code: string) => string]>([
    ['five digits only', (code) => code.slice(0, 5)],
    ['a seventh digit', (code) => `${code}0`],
    ['letters', () => 'abcdef'],
    ['a number in another notation', () => '1e5000'],
    ['a minus sign', (code) => `-${code.slice(1)}`],
    ['full-width digits', () => Buffer.from('１２３４５６').toString('latin1')],
    ['the code twice', (code) => `${code}, ${code}`],
    ['8,000 digits', () => '1'.repeat(8000)],
  ])('refuses a code with %s', async (_case, mangle) => {
    expect(await submit(user, mangle(codeIn(0)))).toMatchObject(TOTP_INVALID);
  });

  it("refuses another user's code", async () => {
    const other = await app.workspace.createUser();
    expect(await submit(user, other.codeAt(app.clock.now()))).toMatchObject(TOTP_INVALID);
  });

  it.each([
    ['16 characters', 'JBSWY3DPEHPK3PXP'],
    ['32 characters', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'],
    ['52 characters', 'KRUGS4ZANFZSAYJAONSWG4TFOQQG6ZRAMEQHO33SNNZXAYLDMUXA'],
    ['lower case, in groups', 'jbsw y3dp ehpk 3pxp'],
    ['padding', 'GEZDGNBVGY3TQOJQGEZDGNBVGY======'],
    ['8 characters', 'JBSWY3DP'],
    ['103 characters', 'GEZDGNBVGY3TQOJQ'.repeat(7).slice(0, 103)],
    ['104 characters', 'GEZDGNBVGY3TQOJQ'.repeat(7).slice(0, 104)],
    ['128 characters, in lower case', 'gezdgnbvgy3tqojq'.repeat(8)],
    ['512 characters', 'JBSWY3DPEHPK3PXP'.repeat(32)],
    ['20,000 characters, padded', `${'JBSWY3DPEHPK3PXP'.repeat(1250)}======`],
  ])('accepts codes of a stored secret of %s', async (_case, secret) => {
    user = await app.workspace.createUser({ totp: secret });
    expect(await submit(user, codeIn(0))).toMatchObject(OK);
  });

  it.each([
    'not base32: 0189!',
    'A',
    '====',
    '',
    7,
    null,
    true,
    {},
    ['JBSWY3DPEHPK3PXP'],
    'JBSWY3DPEHPK3PXP\u0000',
    '1'.repeat(100_000),
    'ä'.repeat(100_000),
  ])('refuses every code of an unreadable secret and counts it: %.30j', async (secret) => {
    await app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: user.id }, { $set: { 'services.totp.secret': secret } });
    for (const code of ['000000', '000001', '000002', '000003', '000004']) {
      expect(await submit(user, code)).toMatchObject(TOTP_INVALID);
    }
    expect(await submit(user, '000005')).toMatchObject(TOTP_MAX_ATTEMPTS);
  });

  describe('used TOTP code', () => {
    it('accepts a used code again from the client that used it, while it lasts', async () => {
      expect(await submit(user, codeIn(0))).toMatchObject(OK);
      expect(await submit(user, codeIn(0))).toMatchObject(OK);
      app.clock.advance(STEP);
      expect(await submit(user, codeIn(-30))).toMatchObject(OK);
    });

    it('refuses it to that client when its time is over, or its secret is no longer the same', async () => {
      const code = codeIn(0);
      expect(await submit(user, code)).toMatchObject(OK);
      const users = app.workspace.db.collection<{ _id: string; services: object }>('users');
      const other = { $set: { 'services.totp.secret': 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } };
      const { services = {} } = (await users.findOne({ _id: user.id })) ?? {};
      await users.updateOne({ _id: user.id }, other);
      expect(await submit(user, code)).toMatchObject(TOTP_INVALID);
      await users.updateOne({ _id: user.id }, { $set: { services } });
      expect(await submit(user, code)).toMatchObject(OK);
      app.clock.advance({ seconds: 60 });
      expect(await submit(user, code)).toMatchObject(TOTP_INVALID);
    });

    it('refuses a used code to another program', async () => {
      await submit(user, codeIn(0), { 'user-agent': 'one' });
      expect(await submit(user, codeIn(0), { 'user-agent': 'two' })).toMatchObject(TOTP_INVALID);
    });

    it('refuses a used code to another login of the same user', async () => {
      await submit(user, codeIn(0));
      const second = await app.workspace.addLogin(user);
      expect(await submit(second, codeIn(0))).toMatchObject(TOTP_INVALID);
    });

    it('accepts a code of an earlier time step after a later one has been used', async () => {
      expect(await submit(user, codeIn(30), { 'user-agent': 'one' })).toMatchObject(OK);
      expect(await submit(user, codeIn(-30), { 'user-agent': 'two' })).toMatchObject(OK);
      expect(await submit(user, codeIn(-30), { 'user-agent': 'one' })).toMatchObject(TOTP_INVALID);
      expect(await submit(user, codeIn(0), { 'user-agent': 'three' })).toMatchObject(OK);
      expect(await submit(user, codeIn(30), { 'user-agent': 'three' })).toMatchObject(TOTP_INVALID);
    });

    it('accepts a code of another secret after one has been used', async () => {
      expect(await submit(user, codeIn(0))).toMatchObject(OK);
      const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
      const users = app.workspace.db.collection<{ _id: string }>('users');
      await users.updateOne({ _id: user.id }, { $set: { 'services.totp.secret': secret } });
      const code = totpCode(secret, app.clock.now());
      expect(await submit(user, code, { 'user-agent': 'other' })).toMatchObject(OK);
      expect(await submit(user, code)).toMatchObject(TOTP_INVALID);
    });

    it('accepts the codes of many time steps in a row', async () => {
      for (let step = 0; step < 9; step++) {
        expect(await submit(user, codeIn(0))).toMatchObject(OK);
        app.clock.advance(STEP);
      }
    });
  });

  describe('lockout after wrong TOTP codes', () => {
    const wrong = 'wrong!';
    const fail = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) expect(await submit(user, wrong)).toMatchObject(TOTP_INVALID);
    };

    it('answers 429 from the sixth attempt, even to a right code', async () => {
      await fail(5);
      const sixth = await submit(user, wrong);
      expect(sixth).toMatchObject(TOTP_MAX_ATTEMPTS);
      expect(sixth.headers['retry-after']).toBe('900');
      expect(await submit(user, codeIn(0))).toMatchObject(TOTP_MAX_ATTEMPTS);
    });

    it('tells the remaining wait in Retry-After and verifies codes again after it', async () => {
      await fail(5);
      app.clock.advance({ seconds: 899.5 });
      const late = await submit(user, codeIn(0));
      expect(late).toMatchObject(TOTP_MAX_ATTEMPTS);
      expect(late.headers['retry-after']).toBe('1');
      app.clock.advance({ seconds: 0.5 });
      expect(await submit(user, codeIn(0))).toMatchObject(OK);
    });

    it('allows five new attempts after the wait', async () => {
      await fail(5);
      app.clock.advance({ seconds: 900 });
      await fail(5);
      expect(await submit(user, wrong)).toMatchObject(TOTP_MAX_ATTEMPTS);
    });

    it('keeps the count of wrong codes after a right one', async () => {
      await fail(4);
      expect(await submit(user, codeIn(0))).toMatchObject(OK);
      await fail(1);
      expect(await submit(user, codeIn(0))).toMatchObject(TOTP_MAX_ATTEMPTS);
    });

    it('counts a replayed code as a wrong one', async () => {
      await submit(user, codeIn(0), { 'user-agent': 'one' });
      for (let i = 0; i < 5; i++) await submit(user, codeIn(0), { 'user-agent': 'two' });
      expect(await submit(user, wrong)).toMatchObject(TOTP_MAX_ATTEMPTS);
    });

    it('counts each user separately', async () => {
      await fail(5);
      user = await app.workspace.createUser();
      await fail(1);
    });

    it('does not count a request without a code', async () => {
      await fail(4);
      expect(await submit(user, '')).toMatchObject(TOTP_REQUIRED);
      await fail(1);
    });

    it('verifies at most five of 20 parallel wrong codes', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => submit(user, `${wrong}${i}`)),
      );
      const verified = answers.filter(({ status }) => status === 400);
      const refused = answers.filter(({ status }) => status === 429);
      expect([verified.length, refused.length]).toEqual([5, 15]);
    });

    it('stores no codes or tokens in its records', async () => {
      const code = codeIn(0);
      await submit(user, code);
      const record = await app.workspace.db
        .collection<{ _id: string }>('ws_second_factors')
        .findOne({ _id: `user:${user.id}` });
      expect(record).toMatchObject({ claims: expect.anything() as object });
      expect(JSON.stringify(record)).not.toContain(code);
      expect(JSON.stringify(record)).not.toContain(user.token);
    });
  });
});

describe('TWO_FACTOR_CODE_REUSE=never', () => {
  it('refuses a used code to the client that used it', async () => {
    const [app, submit] = await startWithSession({ TWO_FACTOR_CODE_REUSE: 'never' });
    const user = await app.workspace.createUser();
    app.clock.startStep();
    expect(await submit(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
    expect(await submit(user, user.codeAt(app.clock.now()))).toMatchObject(TOTP_INVALID);
    app.clock.advance(STEP);
    expect(await submit(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
    await app.close();
  });
});

describe('address of the client that used a code', () => {
  it('identifies the client by the address from the proxy that TRUSTED_PROXY_COUNT names', async () => {
    const [app, submit] = await startWithSession({ TRUSTED_PROXY_COUNT: '1' });
    const user = await app.workspace.createUser();
    const code = user.codeAt(app.clock.now());
    const from = (chain: string): Promise<HttpAnswer> =>
      submit(user, code, { 'x-forwarded-for': chain });
    expect(await from('192.0.2.1')).toMatchObject(OK);
    expect(await from('198.51.100.9, ::ffff:192.0.2.1')).toMatchObject(OK);
    expect(await from('192.0.2.1, 192.0.2.2')).toMatchObject(TOTP_INVALID);
    await app.close();
  });
});
