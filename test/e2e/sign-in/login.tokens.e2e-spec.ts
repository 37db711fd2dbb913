import { hashLoginToken } from '../../../src/auth/login-token';
import {
  AccountsRepository,
  MAX_LOGIN_TOKENS,
} from '../../../src/workspace-data/users/accounts.repository';
import { StoredToken } from '../../../src/workspace-data/users/stored-token';
import { TestApp } from '../../support/app';
import { DAY_SECONDS, LOGIN_REFUSED, NOT_LOGGED_IN } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { newId, TestUser, UserOptions } from '../../support/workspace';

const PASSWORD = 'correct horse';
const OK = { status: 200 };

interface StoredUser {
  _id: string;
  services: { resume: { loginTokens: StoredToken[] } };
}

function tokenOf({ body }: HttpAnswer): string {
  return (body as { data: { authToken: string } }).data.authToken;
}

describe('POST /api/v1/login: tokens and session documents', () => {
  let app: TestApp;
  let user: TestUser;

  const create = (options: UserOptions = {}): Promise<TestUser> =>
    app.workspace.createUser({ password: PASSWORD, totp: false, ...options });
  const login = (headers: Record<string, string> = {}): Promise<HttpAnswer> =>
    app.login({ user: `user-${user.id}`, password: PASSWORD }, headers);
  const storedTokens = async (): Promise<StoredToken[]> => {
    const stored = await app.workspace.db.collection<StoredUser>('users').findOne({ _id: user.id });
    return stored?.services.resume.loginTokens ?? [];
  };
  const setTokens = (loginTokens: StoredToken[]): Promise<unknown> =>
    app.workspace.db
      .collection<StoredUser>('users')
      .updateOne({ _id: user.id }, { $set: { 'services.resume.loginTokens': loginTokens } });
  const sessions = (): Promise<object[]> =>
    app.workspace.db.collection('rocketchat_sessions').find({ userId: user.id }).toArray();
  const sessionOf = (token: string): Promise<Record<string, unknown> | null> =>
    app.workspace.db
      .collection('rocketchat_sessions')
      .findOne({ loginToken: hashLoginToken(token) });
  const headersOf = (token: string): Record<string, string> => ({
    'x-user-id': user.id,
    'x-auth-token': token,
  });
  const me = (token: string): Promise<HttpAnswer> =>
    app.call('/api/v1/me', { headers: headersOf(token) });

  /** Login tokens created one second apart, the oldest first. */
  const loginTokens = (length: number): StoredToken[] =>
    Array.from({ length }, (_, i) => ({
      when: new Date(app.clock.now().getTime() - (length - i) * 1000),
      hashedToken: hashLoginToken(newId()),
    }));
  const personalAccessToken = (): StoredToken => ({
    type: 'personalAccessToken',
    hashedToken: hashLoginToken(newId()),
    createdAt: new Date(0),
    lastTokenPart: 'abcdef',
    name: newId(),
    bypassTwoFactor: false,
  });
  const hashes = (tokens: StoredToken[]): string[] => tokens.map(({ hashedToken }) => hashedToken);

  beforeAll(async () => {
    app = await TestApp.start({ TRUSTED_PROXY_COUNT: '1' });
  });
  beforeEach(async () => {
    user = await create();
  });
  afterAll(() => app.close());

  describe('the token', () => {
    it('issues a valid token and stores only its hash', async () => {
      const token = tokenOf(await login());
      expect(await me(token)).toMatchObject(OK);
      expect((await storedTokens()).at(-1)).toEqual({
        when: app.clock.now(),
        hashedToken: hashLoginToken(token),
      });
      const everything = await Promise.all(
        (await app.workspace.db.listCollections().toArray()).map(({ name }) =>
          app.workspace.db.collection(name).find().toArray(),
        ),
      );
      expect(JSON.stringify(everything)).not.toContain(token);
    });

    it('issues a different token at each login', async () => {
      const tokens = [tokenOf(await login()), tokenOf(await login())];
      expect(new Set(tokens).size).toBe(2);
    });

    it('rejects the token from the moment it expires', async () => {
      const token = tokenOf(await login());
      app.clock.advance({ seconds: 90 * DAY_SECONDS - 1 });
      expect(await me(token)).toMatchObject(OK);
      app.clock.advance({ seconds: 1 });
      expect(await me(token)).toMatchObject(NOT_LOGGED_IN);
    });

    it('stores the token of a user without a token list', async () => {
      await app.workspace.db
        .collection<StoredUser>('users')
        .updateOne({ _id: user.id }, { $unset: { 'services.resume': '' } });
      expect(await me(tokenOf(await login()))).toMatchObject(OK);
    });

    it('stores the token beside malformed entries in the list', async () => {
      await setTokens([null, 'text', 7, {}, [], { hashedToken: null }] as unknown as StoredToken[]);
      expect(await me(tokenOf(await login()))).toMatchObject(OK);
    });

    it.each<[string, object]>([
      ['deactivated', { active: false }],
      ['given another password', { 'services.password.bcrypt': 'another' }],
      ['enrolling in TOTP', { 'services.totp': { enabled: true, secret: 'any' } }],
    ])('issues no token to a user who is %s while logging in', async (_case, change) => {
      const accounts = app.partOf(AccountsRepository);
      const addLoginToken = accounts.addLoginToken.bind(accounts);
      const meanwhile = jest
        .spyOn(accounts, 'addLoginToken')
        .mockImplementation(async (...args) => {
          await app.workspace.db
            .collection<StoredUser>('users')
            .updateOne({ _id: user.id }, { $set: change });
          return addLoginToken(...args);
        });
      expect(await login()).toMatchObject(LOGIN_REFUSED);
      expect(await storedTokens()).toHaveLength(1);
      meanwhile.mockRestore();
    });
  });

  describe('the cap on tokens', () => {
    it('revokes the oldest login to make room, never a personal access token', async () => {
      const personal = [personalAccessToken(), personalAccessToken(), personalAccessToken()];
      const logins = loginTokens(MAX_LOGIN_TOKENS);
      const [oldest] = logins;
      await app.workspace.createSession({ userId: user.id, loginToken: oldest?.hashedToken });
      // The oldest is not the first in the list.
      await setTokens([
        ...personal.slice(0, 1),
        ...logins.slice(1),
        ...logins.slice(0, 1),
        ...personal.slice(1),
      ]);

      const token = tokenOf(await login());
      const kept = hashes(await storedTokens());
      expect(kept.sort()).toEqual(
        [...hashes(personal), ...hashes(logins.slice(1)), hashLoginToken(token)].sort(),
      );
      const session = await app.workspace.db
        .collection('rocketchat_sessions')
        .findOne({ loginToken: oldest?.hashedToken });
      expect(session).toMatchObject({ logoutAt: app.clock.now(), logoutBy: user.id });
    });

    it('keeps the newest 50 of 51 consecutive logins', async () => {
      await setTokens([]);
      const tokens: string[] = [];
      for (let i = 0; i <= MAX_LOGIN_TOKENS; i++) {
        app.clock.advance({ seconds: 1 });
        tokens.push(tokenOf(await login()));
      }
      expect(hashes(await storedTokens())).toEqual(tokens.slice(1).map(hashLoginToken));
      expect(await me(tokens[0] ?? '')).toMatchObject(NOT_LOGGED_IN);
      expect(await me(tokens[1] ?? '')).toMatchObject(OK);
      expect(await sessionOf(tokens[0] ?? '')).toHaveProperty('logoutAt');
      expect(await sessionOf(tokens[1] ?? '')).not.toHaveProperty('logoutAt');
    });

    it('keeps the cap and every new token when logins run in parallel', async () => {
      const personal = [personalAccessToken(), personalAccessToken()];
      await setTokens([...loginTokens(MAX_LOGIN_TOKENS - 3), ...personal]);
      const tokens = (await Promise.all(Array.from({ length: 8 }, () => login()))).map(tokenOf);
      const kept = hashes(await storedTokens());
      expect(kept).toHaveLength(MAX_LOGIN_TOKENS + personal.length);
      expect(kept).toEqual(
        expect.arrayContaining([...tokens.map(hashLoginToken), ...hashes(personal)]),
      );
    });

    it('never revokes the new login, even when clocks that run ahead created all others', async () => {
      const ahead = loginTokens(MAX_LOGIN_TOKENS).map((token, i) => ({
        ...token,
        when: new Date(app.clock.now().getTime() + i),
      }));
      await setTokens(ahead);
      const token = tokenOf(await login());
      expect(await me(token)).toMatchObject(OK);
      const kept = hashes(await storedTokens());
      expect(kept).toEqual([...hashes(ahead.slice(1)), hashLoginToken(token)]);
    });

    it('reduces a user with far too many tokens to the cap', async () => {
      const logins = loginTokens(90);
      const dateless = { hashedToken: hashLoginToken(newId()) } as StoredToken;
      await setTokens([...logins, dateless]);
      const token = tokenOf(await login());
      expect(hashes(await storedTokens())).toEqual([
        ...hashes(logins.slice(-MAX_LOGIN_TOKENS + 1)),
        hashLoginToken(token),
      ]);
    });
  });

  describe('the session document', () => {
    it('stores the device, the address and the host of the login', async () => {
      const token = tokenOf(
        await login({
          'user-agent':
            'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Safari/537.36',
          'x-forwarded-for': '198.51.100.9, 192.0.2.1',
          host: 'chat.example.com',
        }),
      );
      const session = await sessionOf(token);
      const now = app.clock.now();
      expect(session).toMatchObject({
        type: 'session',
        userId: user.id,
        loginToken: hashLoginToken(token),
        ip: '192.0.2.1',
        host: 'chat.example.com',
        device: {
          type: 'browser',
          name: 'Chrome',
          longVersion: '113.0.0.0',
          os: { name: 'Windows', version: '10' },
          version: '113.0.0',
        },
        roles: ['admin'],
        mostImportantRole: 'admin',
        loginAt: now,
        searchTerm: `ChromebrowserWindows${String(session?.sessionId)}${user.id}`,
      });
      expect(session?.sessionId).toMatch(/^[A-Za-z0-9]{17}$/);
    });

    it('creates a session for a program, which can be viewed and revoked', async () => {
      const admin = await app.workspace.createUser();
      const token = tokenOf(await login({ 'user-agent': 'curl/8.1.2' }));
      const { sessionId } = (await sessionOf(token)) ?? {};
      const answer = await app.infoAdminAs(admin, String(sessionId));
      expect(answer.body).toMatchObject({
        userId: user.id,
        device: { type: 'other', name: 'curl' },
      });
      expect(await me(token)).toMatchObject(OK);
      const end = await app.call('/api/v1/sessions/logout.me', {
        method: 'POST',
        headers: { ...headersOf(token), 'content-type': 'application/json' },
        body: JSON.stringify({ sessionId }),
      });
      expect(end).toMatchObject(OK);
      expect(await me(token)).toMatchObject(NOT_LOGGED_IN);
    });

    it('does not store an overlong Host header', async () => {
      const token = tokenOf(await login({ host: 'x'.repeat(8000) }));
      expect(String((await sessionOf(token))?.host)).toBe('');
    });

    it('creates the session before the token, and ends it when the token cannot be stored', async () => {
      const accounts = app.partOf(AccountsRepository);
      const crash = jest.spyOn(accounts, 'addLoginToken').mockRejectedValue(new Error('crash'));
      expect(await login()).toMatchObject({ status: 500 });
      crash.mockRestore();
      const made = await sessions();
      expect(made).toMatchObject([{ logoutAt: app.clock.now() }]);
      expect(await storedTokens()).toHaveLength(1);
    });
  });

  describe('resume', () => {
    it('answers a valid token with itself and stores nothing', async () => {
      const before = await login();
      const token = tokenOf(before);
      expect((await app.login({ resume: token })).text).toBe(before.text);
      expect(await storedTokens()).toHaveLength(2);
      expect(await sessions()).toHaveLength(1);
    });

    it('resumes a login without asking for a second factor again', async () => {
      const withTotp = await app.workspace.createUser();
      expect(await app.login({ resume: withTotp.token })).toMatchObject(OK);
    });

    it.each<[string, () => Promise<string>]>([
      ['an unknown token', () => Promise.resolve('x'.repeat(43))],
      ['the stored hash', () => Promise.resolve(hashLoginToken(user.token))],
      ['10,000 characters', () => Promise.resolve('x'.repeat(10_000))],
      [
        'a personal access token',
        async () => (await create({ personalAccessToken: { bypassTwoFactor: true } })).token,
      ],
      ['a token of a deactivated user', async () => (await create({ active: false })).token],
      [
        'an expired token',
        async () => {
          const age = 90 * DAY_SECONDS * 1000;
          return (await create({ loggedInAt: new Date(app.clock.now().getTime() - age) })).token;
        },
      ],
    ])('answers 401 to the resume token when it is %s', async (_case, token) => {
      expect(await app.login({ resume: await token() })).toMatchObject(LOGIN_REFUSED);
    });
  });
});
