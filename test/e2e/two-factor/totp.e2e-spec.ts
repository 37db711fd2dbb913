import { totpCode } from '../../../src/two-factor/methods/totp';
import { TestApp } from '../../support/app';
import { TOTP_INVALID, TOTP_MAX_ATTEMPTS, TOTP_REQUIRED } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const STEP = { seconds: 30 };
const OK = { status: 200 };

/** Shows a code to the protected route. */
type Show = (user: TestUser, code: string, headers?: Record<string, string>) => Promise<HttpAnswer>;

function showing(app: TestApp, sessionId: string): Show {
  return (user, code, headers = {}) =>
    app.infoAdmin(sessionId, { ...user.headers, 'x-2fa-code': code, ...headers });
}

async function startWithSession(env: Record<string, string> = {}): Promise<[TestApp, Show]> {
  const app = await TestApp.start(env);
  const { sessionId } = await app.workspace.createSession();
  return [app, showing(app, String(sessionId))];
}

describe('the second factor: TOTP', () => {
  let app: TestApp;
  let show: Show;
  let user: TestUser;
  const codeIn = (seconds: number): string =>
    user.codeAt(new Date(app.clock.now().getTime() + seconds * 1000));

  beforeAll(async () => {
    [app, show] = await startWithSession();
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
  ])('takes a code of %s', async (_case, seconds) => {
    expect(await show(user, codeIn(seconds))).toMatchObject(OK);
  });

  it.each([
    ['two steps ago', -60],
    ['two steps ahead', 60],
    ['three steps ago', -90],
    ['three steps ahead', 90],
  ])('refuses a code of %s', async (_case, seconds) => {
    expect(await show(user, codeIn(seconds))).toMatchObject(TOTP_INVALID);
  });

  it('takes a code for exactly as long as the step after its own lasts', async () => {
    const code = codeIn(0);
    app.clock.advance({ seconds: 59.999 });
    expect(await show(user, code)).toMatchObject(OK);
    app.clock.advance({ seconds: 0.001 });
    expect(await show(user, code)).toMatchObject(TOTP_INVALID);
  });

  it('asks for a code when none or an empty one is shown', async () => {
    expect(await show(user, '')).toMatchObject(TOTP_REQUIRED);
  });

  it.each<[string, (code: string) => string]>([
    ['its first five digits', (code) => code.slice(0, 5)],
    ['a seventh digit', (code) => `${code}0`],
    ['letters', () => 'abcdef'],
    ['a number in another notation', () => '1e5000'],
    ['a minus sign', (code) => `-${code.slice(1)}`],
    ['full-width digits', () => Buffer.from('１２３４５６').toString('latin1')],
    ['the code twice', (code) => `${code}, ${code}`],
    ['8,000 digits', () => '1'.repeat(8000)],
  ])('refuses %s', async (_case, mangle) => {
    expect(await show(user, mangle(codeIn(0)))).toMatchObject(TOTP_INVALID);
  });

  it("refuses another user's code", async () => {
    const other = await app.workspace.createUser();
    expect(await show(user, other.codeAt(app.clock.now()))).toMatchObject(TOTP_INVALID);
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
  ])('reads a stored secret of %s', async (_case, secret) => {
    user = await app.workspace.createUser({ totp: secret });
    expect(await show(user, codeIn(0))).toMatchObject(OK);
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
  ])('refuses every code of a secret that cannot be read, and counts it: %.30j', async (secret) => {
    await app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: user.id }, { $set: { 'services.totp.secret': secret } });
    for (const code of ['000000', '000001', '000002', '000003', '000004']) {
      expect(await show(user, code)).toMatchObject(TOTP_INVALID);
    }
    expect(await show(user, '000005')).toMatchObject(TOTP_MAX_ATTEMPTS);
  });

  describe('one use', () => {
    it('lets the client that used a code show it again while it lasts', async () => {
      expect(await show(user, codeIn(0))).toMatchObject(OK);
      expect(await show(user, codeIn(0))).toMatchObject(OK);
      app.clock.advance(STEP);
      expect(await show(user, codeIn(-30))).toMatchObject(OK);
    });

    it('refuses it to another program', async () => {
      await show(user, codeIn(0), { 'user-agent': 'one' });
      expect(await show(user, codeIn(0), { 'user-agent': 'two' })).toMatchObject(TOTP_INVALID);
    });

    it('refuses it to another login of the same user', async () => {
      await show(user, codeIn(0));
      const second = await app.workspace.addLogin(user);
      expect(await show(second, codeIn(0))).toMatchObject(TOTP_INVALID);
    });

    it('refuses a code of an earlier step only if that one is used up', async () => {
      expect(await show(user, codeIn(30), { 'user-agent': 'one' })).toMatchObject(OK);
      expect(await show(user, codeIn(-30), { 'user-agent': 'two' })).toMatchObject(OK);
      expect(await show(user, codeIn(-30), { 'user-agent': 'one' })).toMatchObject(TOTP_INVALID);
      expect(await show(user, codeIn(0), { 'user-agent': 'three' })).toMatchObject(OK);
      expect(await show(user, codeIn(30), { 'user-agent': 'three' })).toMatchObject(TOTP_INVALID);
    });

    it('says nothing about the codes of another secret', async () => {
      expect(await show(user, codeIn(0))).toMatchObject(OK);
      const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
      const users = app.workspace.db.collection<{ _id: string }>('users');
      await users.updateOne({ _id: user.id }, { $set: { 'services.totp.secret': secret } });
      const code = totpCode(secret, app.clock.now());
      expect(await show(user, code, { 'user-agent': 'other' })).toMatchObject(OK);
      expect(await show(user, code)).toMatchObject(TOTP_INVALID);
    });

    it('serves a user for many steps', async () => {
      for (let step = 0; step < 9; step++) {
        expect(await show(user, codeIn(0))).toMatchObject(OK);
        app.clock.advance(STEP);
      }
    });
  });

  describe('the cap on wrong codes', () => {
    const wrong = 'wrong!';
    const fail = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) expect(await show(user, wrong)).toMatchObject(TOTP_INVALID);
    };

    it('answers 429 from the sixth, to a right code as well', async () => {
      await fail(5);
      const sixth = await show(user, wrong);
      expect(sixth).toMatchObject(TOTP_MAX_ATTEMPTS);
      expect(sixth.headers['retry-after']).toBe('900');
      expect(await show(user, codeIn(0))).toMatchObject(TOTP_MAX_ATTEMPTS);
    });

    it('says in Retry-After how long the wait still is, and judges again after it', async () => {
      await fail(5);
      app.clock.advance({ seconds: 899.5 });
      const late = await show(user, codeIn(0));
      expect(late).toMatchObject(TOTP_MAX_ATTEMPTS);
      expect(late.headers['retry-after']).toBe('1');
      app.clock.advance({ seconds: 0.5 });
      expect(await show(user, codeIn(0))).toMatchObject(OK);
    });

    it('gives five new attempts after the wait', async () => {
      await fail(5);
      app.clock.advance({ seconds: 900 });
      await fail(5);
      expect(await show(user, wrong)).toMatchObject(TOTP_MAX_ATTEMPTS);
    });

    it('is not reset by a right code', async () => {
      await fail(4);
      expect(await show(user, codeIn(0))).toMatchObject(OK);
      await fail(1);
      expect(await show(user, codeIn(0))).toMatchObject(TOTP_MAX_ATTEMPTS);
    });

    it('counts a replayed code as a wrong one', async () => {
      await show(user, codeIn(0), { 'user-agent': 'one' });
      for (let i = 0; i < 5; i++) await show(user, codeIn(0), { 'user-agent': 'two' });
      expect(await show(user, wrong)).toMatchObject(TOTP_MAX_ATTEMPTS);
    });

    it('is a cap for each user', async () => {
      await fail(5);
      user = await app.workspace.createUser();
      await fail(1);
    });

    it('does not count a request without a code', async () => {
      await fail(4);
      expect(await show(user, '')).toMatchObject(TOTP_REQUIRED);
      await fail(1);
    });

    it('judges at most five of 20 parallel wrong codes', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => show(user, `${wrong}${i}`)),
      );
      const judged = answers.filter(({ status }) => status === 400);
      const refused = answers.filter(({ status }) => status === 429);
      expect([judged.length, refused.length]).toEqual([5, 15]);
    });

    it('leaves no trace of codes or tokens in its records', async () => {
      const code = codeIn(0);
      await show(user, code);
      const record = await app.workspace.db
        .collection<{ _id: string }>('ws_second_factors')
        .findOne({ _id: `user:${user.id}` });
      expect(record).toMatchObject({ claims: expect.anything() as object });
      expect(JSON.stringify(record)).not.toContain(code);
      expect(JSON.stringify(record)).not.toContain(user.token);
    });
  });
});

describe('the second factor: TWO_FACTOR_CODE_REUSE=never', () => {
  it('refuses a used code to the client that used it', async () => {
    const [app, show] = await startWithSession({ TWO_FACTOR_CODE_REUSE: 'never' });
    const user = await app.workspace.createUser();
    app.clock.startStep();
    expect(await show(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
    expect(await show(user, user.codeAt(app.clock.now()))).toMatchObject(TOTP_INVALID);
    app.clock.advance(STEP);
    expect(await show(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
    await app.close();
  });
});

describe('the second factor: which client', () => {
  it('takes the address from the proxy that TRUSTED_PROXY_COUNT names, not from what the client writes', async () => {
    const [app, show] = await startWithSession({ TRUSTED_PROXY_COUNT: '1' });
    const user = await app.workspace.createUser();
    const code = user.codeAt(app.clock.now());
    const from = (chain: string): Promise<HttpAnswer> =>
      show(user, code, { 'x-forwarded-for': chain });
    expect(await from('192.0.2.1')).toMatchObject(OK);
    expect(await from('198.51.100.9, ::ffff:192.0.2.1')).toMatchObject(OK);
    expect(await from('192.0.2.1, 192.0.2.2')).toMatchObject(TOTP_INVALID);
    await app.close();
  });
});

describe('the second factor: remembering', () => {
  const remember = { TWO_FACTOR_REMEMBER_SECONDS: '60' };

  it('lets the same client pass without a code for the configured time, and nobody else', async () => {
    const [app, show] = await startWithSession(remember);
    const user = await app.workspace.createUser();
    expect(await show(user, '')).toMatchObject(TOTP_REQUIRED);
    expect(await show(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
    expect(await show(user, '')).toMatchObject(OK);
    expect(await show(user, '', { 'user-agent': 'other' })).toMatchObject(TOTP_REQUIRED);
    expect(await show(await app.workspace.addLogin(user), '')).toMatchObject(TOTP_REQUIRED);
    app.clock.advance({ seconds: 59.999 });
    expect(await show(user, '')).toMatchObject(OK);
    app.clock.advance({ seconds: 0.001 });
    expect(await show(user, '')).toMatchObject(TOTP_REQUIRED);
    await app.close();
  });

  it.each<[string, object]>([
    ['another TOTP secret', { 'services.totp.secret': 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' }],
    ['no TOTP any more', { 'services.totp': { enabled: false } }],
    ['codes by e-mail', { 'services.email2fa': { enabled: true } }],
    ['another password', { 'services.password.bcrypt': 'another' }],
  ])('forgets when the user has %s, whichever program changed it', async (_case, change) => {
    const [app, show] = await startWithSession(remember);
    const user = await app.workspace.createUser({ password: 'hello' });
    expect(await show(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
    expect(await show(user, '')).toMatchObject(OK);
    const users = app.workspace.db.collection<{ _id: string }>('users');
    await users.updateOne({ _id: user.id }, { $set: change });
    expect(await show(user, '')).toMatchObject({
      status: 400,
      body: { errorType: 'totp-required' },
    });
    await app.close();
  });

  /** Writes into the user's token what another program might have left there. */
  const store = async (app: TestApp, user: TestUser, fields: object): Promise<void> => {
    const token = 'services.resume.loginTokens.0';
    const $set = Object.fromEntries(
      Object.entries(fields).map(([name, value]: [string, unknown]) => [`${token}.${name}`, value]),
    );
    await app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: user.id }, { $set });
  };

  it.each([undefined, null, '', 'short', 7, {}, ['a'.repeat(44)], 'a'.repeat(44)])(
    'asks again when %j is stored for what was proved',
    async (twoFactorAuthorizedHash) => {
      const [app, show] = await startWithSession(remember);
      const user = await app.workspace.createUser();
      const twoFactorAuthorizedUntil = new Date(app.clock.now().getTime() + 60_000);
      await store(app, user, {
        twoFactorAuthorizedUntil,
        ...(twoFactorAuthorizedHash !== undefined && { twoFactorAuthorizedHash }),
      });
      expect(await show(user, '')).toMatchObject(TOTP_REQUIRED);
      expect(await show(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
      await app.close();
    },
  );

  it.each([null, '2999-01-01', 32_503_680_000_000, {}])(
    'asks again when %j is stored for how long it lasts',
    async (twoFactorAuthorizedUntil) => {
      const [app, show] = await startWithSession(remember);
      const user = await app.workspace.createUser();
      expect(await show(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
      await store(app, user, { twoFactorAuthorizedUntil });
      expect(await show(user, '')).toMatchObject(TOTP_REQUIRED);
      await app.close();
    },
  );

  it('remembers the password of those who have nothing else, and codes by e-mail as of when they were chosen', async () => {
    const [app, show] = await startWithSession(remember);
    const options = { totp: false, password: 'hello' };
    const user = await app.workspace.createUser({ ...options });
    expect(await show(user, 'hello')).toMatchObject(OK);
    expect(await show(user, '')).toMatchObject(OK);

    const other = await app.workspace.createUser({ ...options, totp: true, email2fa: true });
    expect(await show(other, other.codeAt(app.clock.now()))).toMatchObject(OK);
    expect(await show(other, '')).toMatchObject(OK);
    await app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: other.id }, { $set: { 'services.email2fa.changedAt': new Date(0) } });
    expect((await show(other, '')).status).toBe(400);
    await app.close();
  });

  it('does not remember by default, nor for a token of a program, whatever is stored', async () => {
    const [app, show] = await startWithSession(remember);
    const user = await app.workspace.createUser();
    expect(await show(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
    expect(await show(user, '')).toMatchObject(OK);
    // The very same proof, of the very same client, to a service that remembers nothing.
    const forgetful = await app.another();
    const { sessionId } = await app.workspace.createSession();
    const showThere = showing(forgetful, String(sessionId));
    expect(await showThere(user, '')).toMatchObject(TOTP_REQUIRED);

    await store(app, user, { type: 'personalAccessToken' });
    expect(await show(user, '')).toMatchObject(TOTP_REQUIRED);
    await forgetful.close();
    await app.close();
  });

  it('stores nothing by default, nor for a token of a program', async () => {
    for (const isProgram of [false, true]) {
      const [app, show] = await startWithSession(isProgram ? remember : {});
      const user = await app.workspace.createUser(
        isProgram ? { personalAccessToken: { bypassTwoFactor: false } } : {},
      );
      expect(await show(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
      const users = app.workspace.db.collection<{ _id: string }>('users');
      const stored = await users.findOne({ _id: user.id });
      expect(JSON.stringify(stored)).not.toContain('twoFactorAuthorized');
      await app.close();
    }
  });
});

describe('the second factor: users without TOTP', () => {
  let app: TestApp;
  let show: Show;

  beforeAll(async () => {
    [app, show] = await startWithSession();
  });
  afterAll(() => app.close());

  const details = (answer: HttpAnswer): unknown => (answer.body as { details: unknown }).details;
  const sha256 = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9'; // of "hello world"

  it('takes the password where there is nothing else, plain or as its SHA-256', async () => {
    const user = await app.workspace.createUser({ totp: false, password: 'hello world' });
    expect(details(await show(user, ''))).toEqual({
      method: 'password',
      codeGenerated: false,
      availableMethods: [],
    });
    expect(await show(user, 'hello world')).toMatchObject(OK);
    expect(await show(user, sha256)).toMatchObject(OK);
    expect(await show(user, sha256.toUpperCase())).toMatchObject(OK);
    const wrong = await show(user, 'hello');
    expect(wrong.status).toBe(400);
    expect(details(wrong)).toEqual({ method: 'password', codeGenerated: false });
  });

  it('caps wrong passwords too, and then does not judge the right one', async () => {
    const user = await app.workspace.createUser({ totp: false, password: 'hello world' });
    for (let i = 0; i < 5; i++) expect(await show(user, 'wrong')).toMatchObject({ status: 400 });
    const sixth = await show(user, 'hello world');
    expect(sixth.status).toBe(429);
    expect(details(sixth)).toEqual({ method: 'password' });
  });

  it.each(['totp', 'email'] as const)(
    'does not take the password of somebody who has %s, even by name',
    async (factor) => {
      const user = await app.workspace.createUser({
        password: 'hello world',
        totp: factor === 'totp',
        email2fa: factor === 'email',
      });
      for (const method of ['', 'password']) {
        const answer = await show(user, 'hello world', { 'x-2fa-method': method });
        expect(answer.status).toBe(400);
        expect(details(answer)).toEqual({ method: factor, codeGenerated: false });
      }
    },
  );

  it.each<[string, object]>([
    ['has no second factor at all', {}],
    ['has an empty password', { password: { bcrypt: '' } }],
    ['has a password that is no text', { password: { bcrypt: ['', 7] } }],
    ['has a secret that is no text', { totp: { enabled: false, secret: 7 } }],
  ])('refuses somebody who %s', async (_case, services) => {
    const user = await app.workspace.createUser({ totp: false });
    await app.workspace.db.collection<{ _id: string }>('users').updateOne(
      { _id: user.id },
      {
        $set: Object.fromEntries(
          Object.entries(services).map(([k, v]) => [`services.${k}`, v as unknown]),
        ),
      },
    );
    const required = await show(user, '');
    expect(required.status).toBe(400);
    expect(details(required)).toEqual({
      method: 'totp',
      codeGenerated: false,
      availableMethods: [],
    });
    for (const code of ['000000', 'undefined', 'null', sha256]) {
      expect(await show(user, code)).toMatchObject(TOTP_INVALID);
    }
  });

  it.each([undefined, false, 1, 'true', null])(
    'does not take TOTP for enabled when the workspace says %p',
    async (enabled) => {
      const user = await app.workspace.createUser();
      await app.workspace.db
        .collection<{ _id: string }>('users')
        .updateOne({ _id: user.id }, { $set: { 'services.totp.enabled': enabled } });
      const answer = await show(user, user.codeAt(app.clock.now()));
      expect(answer).toMatchObject(TOTP_INVALID);
    },
  );

  it('lists all enabled factors, the chosen one first asked for', async () => {
    const user = await app.workspace.createUser({ email2fa: true });
    expect(details(await show(user, ''))).toEqual({
      method: 'totp',
      codeGenerated: false,
      availableMethods: ['totp', 'email'],
    });
    expect(details(await show(user, '', { 'x-2fa-method': 'email' }))).toEqual({
      method: 'email',
      codeGenerated: false,
      availableMethods: ['totp', 'email'],
    });
  });

  it.each(['', 'TOTP', 'sms', '__proto__', 'constructor', 'totp, totp'])(
    'takes the first enabled factor when the named one is %p',
    async (method) => {
      const user = await app.workspace.createUser();
      const code = user.codeAt(app.clock.now());
      expect(await show(user, code, { 'x-2fa-method': method })).toMatchObject(OK);
    },
  );
});
