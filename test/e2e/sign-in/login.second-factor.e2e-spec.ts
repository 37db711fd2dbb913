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
  /** The headers of a request with the token that a login has handed out. */
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

  it('is asked for when it is missing or empty, and nothing is handed out', async () => {
    expect(await login()).toMatchObject(LOGIN_TOTP_REQUIRED);
    expect(await login({ code: '' })).toMatchObject(LOGIN_TOTP_REQUIRED);
    expect(await login({}, { 'x-2fa-code': '' })).toMatchObject(LOGIN_TOTP_REQUIRED);
    expect(await tokens()).toBe(1);
    const records = app.workspace.db.collection('rocketchat_sessions').find({ userId: user.id });
    expect(await records.toArray()).toEqual([]);
  });

  it('is judged only after a right password', async () => {
    expect(await login({ password: 'wrong' })).toMatchObject(LOGIN_REFUSED);
    expect(await login({ password: 'wrong', code: code() })).toMatchObject(LOGIN_REFUSED);
    // The code was not spent.
    expect(await login({ code: code() })).toMatchObject(OK);
  });

  it('is taken from the body or from the header; the body wins', async () => {
    expect(await login({ code: code() })).toMatchObject(OK);
    app.clock.advance({ seconds: 30 });
    expect(await login({}, { 'x-2fa-code': code() })).toMatchObject(OK);
    app.clock.advance({ seconds: 30 });
    expect(await login({ code: 'wrong!' }, { 'x-2fa-code': code() })).toMatchObject(
      LOGIN_TOTP_INVALID,
    );
    expect(await login({ code: code() }, { 'x-2fa-code': 'wrong!' })).toMatchObject(OK);
  });

  describe('in other shapes', () => {
    const wrapped = (fields: object, more: object = {}): Promise<HttpAnswer> =>
      app.login({
        totp: { login: { user: `user-${user.id}`, password: PASSWORD }, ...fields },
        ...more,
      });

    it('is taken beside a login in totp, from the login in there, from the body and from the header', async () => {
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

    it('is asked for, and judged, like any other', async () => {
      expect(await wrapped({})).toMatchObject(LOGIN_TOTP_REQUIRED);
      expect(await wrapped({ code: '' })).toMatchObject(LOGIN_TOTP_REQUIRED);
      expect(await wrapped({ code: 'wrong!' })).toMatchObject(LOGIN_TOTP_INVALID);
      expect(await wrapped({ code: 'wrong!' }, { code: code() })).toMatchObject(LOGIN_TOTP_INVALID);
      const login = { user: `user-${user.id}`, password: 'wrong' };
      expect(await app.login({ totp: { login, code: code() } })).toMatchObject(LOGIN_REFUSED);
    });

    it('is taken as a number, with the zeros that a number does not begin with', async () => {
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
      ['less than nothing', -123456],
      ['far too large a number', 1e300],
      ['true', true],
      ['false', false],
      ['a list', ['123456']],
      ['an operator', { $ne: '' }],
    ])('is invalid behind a right password, and only there, as %s', async (_what, shown) => {
      // A number is a guess like another one.
      app.clock.startStep();
      while (Number(code()) === shown) app.clock.advance({ seconds: 90 });
      expect(await login({ code: shown })).toMatchObject(LOGIN_TOTP_INVALID);
      expect(await wrapped({ code: shown })).toMatchObject(LOGIN_TOTP_INVALID);
      expect(await login({ code: shown }, { 'x-2fa-code': code() })).toMatchObject(
        LOGIN_TOTP_INVALID,
      );
      expect(await login({ password: 'wrong', code: shown })).toMatchObject(LOGIN_REFUSED);
      expect(await tokens()).toBe(1);
    });
  });

  it('is refused when it is wrong, and no code of another user is right', async () => {
    const other = await app.workspace.createUser();
    expect(await login({ code: 'wrong!' })).toMatchObject(LOGIN_TOTP_INVALID);
    const theirs = other.codeAt(app.clock.now());
    expect(await login({ code: theirs })).toMatchObject(LOGIN_TOTP_INVALID);
    expect(await tokens()).toBe(1);
  });

  it('is refused when it has been used, also for another login by the same client', async () => {
    expect(await login({ code: code() })).toMatchObject(OK);
    expect(await login({ code: code() })).toMatchObject(LOGIN_TOTP_INVALID);
  });

  it('lets one of ten parallel logins with one code pass', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => login({ code: code() })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await tokens()).toBe(2);
  });

  it('counts for the new token: the same client need not wait for the next code, others must', async () => {
    const shown = code();
    const headers = { ...headersOf(await login({ code: shown })), 'x-2fa-code': shown };
    expect(await app.infoAdmin(sessionId, headers)).toMatchObject(OK);
    expect(await app.infoAdmin(sessionId, { ...headers, 'user-agent': 'other' })).toMatchObject(
      TOTP_INVALID,
    );
    expect(await app.infoAdmin(sessionId, { ...user.headers, 'x-2fa-code': shown })).toMatchObject(
      TOTP_INVALID,
    );
  });

  it('has a cap on wrong codes that it shares with no other route', async () => {
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

  it('names every factor that the user has, and asks for the one that the client names', async () => {
    user = await app.workspace.createUser({ password: PASSWORD, email2fa: true });
    const both = { codeGenerated: false, availableMethods: ['totp', 'email'] };
    expect((await login()).body).toMatchObject({ details: { method: 'totp', ...both } });
    expect((await login({}, { 'x-2fa-method': 'email' })).body).toMatchObject({
      details: { method: 'email', ...both },
    });
  });

  it('is not asked of users who have set up none', async () => {
    user = await app.workspace.createUser({ password: PASSWORD, totp: false });
    expect(await login()).toMatchObject(OK);
    expect(await login({ code: 'anything' })).toMatchObject(OK);
  });
});
