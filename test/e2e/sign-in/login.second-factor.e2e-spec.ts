import { TestApp } from '../../support/app';
import {
  LOGIN_REFUSED,
  LOGIN_TOTP_INVALID,
  LOGIN_TOTP_REQUIRED,
  TOTP_INVALID,
  TOTP_MAX_ATTEMPTS,
} from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';
const OK = { status: 200 };

describe('POST /api/v1/login: the second factor', () => {
  let app: TestApp;
  let user: TestUser;
  let sessionId: string;

  const code = (): string => user.codeAt(app.clock.now());
  const login = (fields: object = {}, headers: Record<string, string> = {}): Promise<HttpAnswer> =>
    app.login({ user: `user-${user.id}`, password: PASSWORD, ...fields }, headers);
  /** The headers of a request with the token of this login. */
  const headersOf = (answer: HttpAnswer): Record<string, string> => {
    const { userId, authToken } = (answer.body as { data: Record<string, string> }).data;
    return { 'x-user-id': userId ?? '', 'x-auth-token': authToken ?? '' };
  };
  const tokens = async (): Promise<number> => {
    const stored = await app.workspace.db
      .collection<{ _id: string; services: { resume: { loginTokens: object[] } } }>('users')
      .findOne({ _id: user.id });
    return stored?.services.resume.loginTokens.length ?? 0;
  };

  beforeAll(async () => {
    app = await TestApp.start();
    sessionId = String((await app.workspace.createSession()).sessionId);
  });
  beforeEach(async () => {
    app.clock.startStep();
    user = await app.workspace.createUser({ password: PASSWORD });
  });
  afterAll(() => app.close());

  it('asks for a missing or empty code without creating a token or a session', async () => {
    expect(await login()).toMatchObject(LOGIN_TOTP_REQUIRED);
    expect(await login({ code: '' })).toMatchObject(LOGIN_TOTP_REQUIRED);
    expect(await login({}, { 'x-2fa-code': '' })).toMatchObject(LOGIN_TOTP_REQUIRED);
    expect(await tokens()).toBe(1);
    const records = app.workspace.db.collection('rocketchat_sessions').find({ userId: user.id });
    expect(await records.toArray()).toEqual([]);
  });

  it('verifies the code only after a right password', async () => {
    expect(await login({ password: 'wrong' })).toMatchObject(LOGIN_REFUSED);
    expect(await login({ password: 'wrong', code: code() })).toMatchObject(LOGIN_REFUSED);
    // The code has not been claimed.
    expect(await login({ code: code() })).toMatchObject(OK);
  });

  it('takes the code from the body or the header, the body first', async () => {
    expect(await login({ code: code() })).toMatchObject(OK);
    app.clock.advance({ seconds: 30 });
    expect(await login({}, { 'x-2fa-code': code() })).toMatchObject(OK);
    app.clock.advance({ seconds: 30 });
    expect(await login({ code: 'wrong!' }, { 'x-2fa-code': code() })).toMatchObject(
      LOGIN_TOTP_INVALID,
    );
    expect(await login({ code: code() }, { 'x-2fa-code': 'wrong!' })).toMatchObject(OK);
  });

  describe('the second factor in other formats', () => {
    const wrapped = (fields: object, more: object = {}): Promise<HttpAnswer> =>
      app.login({
        totp: { login: { user: `user-${user.id}`, password: PASSWORD }, ...fields },
        ...more,
      });

    it('takes the code beside a login wrapped in totp, inside it, from the body and from the header', async () => {
      expect(await wrapped({ code: code() })).toMatchObject(OK);
      app.clock.advance({ seconds: 30 });
      expect(await wrapped({}, { code: code() })).toMatchObject(OK);
      app.clock.advance({ seconds: 30 });
      const login = { username: `user-${user.id}`, password: PASSWORD, code: code() };
      expect(await app.login({ totp: { login } })).toMatchObject(OK);
      app.clock.advance({ seconds: 30 });
      const body = { totp: { login: { ...login, code: null } } };
      expect(await app.login(body, { 'x-2fa-code': code() })).toMatchObject(OK);
    });

    it('asks for and verifies the code of a login wrapped in totp', async () => {
      expect(await wrapped({})).toMatchObject(LOGIN_TOTP_REQUIRED);
      expect(await wrapped({ code: '' })).toMatchObject(LOGIN_TOTP_REQUIRED);
      expect(await wrapped({ code: 'wrong!' })).toMatchObject(LOGIN_TOTP_INVALID);
      expect(await wrapped({ code: 'wrong!' }, { code: code() })).toMatchObject(LOGIN_TOTP_INVALID);
      const login = { user: `user-${user.id}`, password: 'wrong' };
      expect(await app.login({ totp: { login, code: code() } })).toMatchObject(LOGIN_REFUSED);
    });

    it('accepts the code as a number that has lost its leading zeros', async () => {
      expect(await login({ code: Number(code()) })).toMatchObject(OK);
      for (let zeros = 0; zeros < 3;) {
        app.clock.advance({ seconds: 30 });
        if (!code().startsWith('0')) continue;
        zeros++;
        const answer =
          zeros % 2 ? login({ code: Number(code()) }) : wrapped({ code: Number(code()) });
        expect(await answer).toMatchObject(OK);
      }
    });

    it.each<[string, unknown]>([
      ['a wrong number', 7],
      ['zero', 0],
      ['a fraction', 123456.5],
      ['a negative number', -123456],
      ['a huge number', 1e300],
      ['true', true],
      ['false', false],
      ['a list', ['123456']],
      ['an operator', { $ne: '' }],
    ])('rejects a code that is %s, and only after a right password', async (_what, submitted) => {
      // A number could happen to be the right code.
      app.clock.startStep();
      while (Number(code()) === submitted) app.clock.advance({ seconds: 90 });
      expect(await login({ code: submitted })).toMatchObject(LOGIN_TOTP_INVALID);
      expect(await wrapped({ code: submitted })).toMatchObject(LOGIN_TOTP_INVALID);
      expect(await login({ code: submitted }, { 'x-2fa-code': code() })).toMatchObject(
        LOGIN_TOTP_INVALID,
      );
      expect(await login({ password: 'wrong', code: submitted })).toMatchObject(LOGIN_REFUSED);
      expect(await tokens()).toBe(1);
    });
  });

  it('rejects a wrong code and a code of another user', async () => {
    const other = await app.workspace.createUser();
    expect(await login({ code: 'wrong!' })).toMatchObject(LOGIN_TOTP_INVALID);
    const theirs = other.codeAt(app.clock.now());
    expect(await login({ code: theirs })).toMatchObject(LOGIN_TOTP_INVALID);
    expect(await tokens()).toBe(1);
  });

  it('rejects a used code, even from the same client', async () => {
    expect(await login({ code: code() })).toMatchObject(OK);
    expect(await login({ code: code() })).toMatchObject(LOGIN_TOTP_INVALID);
  });

  it('admits exactly one of ten parallel logins with the same code', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => login({ code: code() })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await tokens()).toBe(2);
  });

  it('remembers the code of a login for its token and client only', async () => {
    const submitted = code();
    const headers = { ...headersOf(await login({ code: submitted })), 'x-2fa-code': submitted };
    expect(await app.infoAdmin(sessionId, headers)).toMatchObject(OK);
    expect(await app.infoAdmin(sessionId, { ...headers, 'user-agent': 'other' })).toMatchObject(
      TOTP_INVALID,
    );
    expect(
      await app.infoAdmin(sessionId, { ...user.headers, 'x-2fa-code': submitted }),
    ).toMatchObject(TOTP_INVALID);
  });

  it('counts wrong codes of logins apart from those of other routes', async () => {
    for (let i = 0; i < 5; i++) {
      await app.infoAdmin(sessionId, { ...user.headers, 'x-2fa-code': 'wrong!' });
    }
    for (let i = 0; i < 5; i++) {
      expect(await login({ code: 'wrong!' })).toMatchObject(LOGIN_TOTP_INVALID);
    }
    const locked = await login({ code: code() });
    expect(locked).toMatchObject(TOTP_MAX_ATTEMPTS);
    expect(locked.headers['retry-after']).toBe('900');
  });

  it('names every method of the user and asks for the one that the client prefers', async () => {
    user = await app.workspace.createUser({ password: PASSWORD, email2fa: true });
    const both = { codeGenerated: false, availableMethods: ['totp', 'email'] };
    expect((await login()).body).toMatchObject({ details: { method: 'totp', ...both } });
    expect((await login({}, { 'x-2fa-method': 'email' })).body).toMatchObject({
      details: { method: 'email', ...both },
    });
  });

  it('signs in users without a second factor, whatever code they submit', async () => {
    user = await app.workspace.createUser({ password: PASSWORD, totp: false });
    expect(await login()).toMatchObject(OK);
    expect(await login({ code: 'anything' })).toMatchObject(OK);
  });
});
