import { hashLoginToken } from '../../../src/auth/login-token';
import { TokenUsesRepository } from '../../../src/ways-in/token-uses/token-uses.repository';
import { MAX_SESSIONS } from '../../../src/ways-in/user-sessions/user-sessions.service';
import { TestApp } from '../../support/app';
import { invalidParameters, TOTP_REQUIRED, typedRefusal } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { newId, TestUser } from '../../support/workspace';

const UNKNOWN = typedRefusal(
  'The required "userId" or "username" param provided does not match any users [error-invalid-user]',
);

interface WaysIn {
  sessions: Record<string, unknown>[];
  personalAccessTokens: Record<string, unknown>[];
  remembered: Record<string, unknown>[];
}

describe('GET /api/v1/users.sessions', () => {
  let app: TestApp;
  let admin: TestUser;

  const ask = (query: string, by = admin): Promise<HttpAnswer> =>
    app.call(`/api/v1/users.sessions?${query}`, { headers: by.headers });
  const waysInOf = async (user: TestUser): Promise<WaysIn> => {
    const { status, body } = await ask(`userId=${user.id}`);
    expect(status).toBe(200);
    return body as WaysIn;
  };
  const use = async (program: TestUser, where = app): Promise<void> => {
    await where.call('/api/v1/me', { headers: program.headers });
    await where.settled();
  };
  const setTokens = (user: TestUser, $set: object): Promise<unknown> =>
    app.workspace.db.collection<{ _id: string }>('users').updateOne({ _id: user.id }, { $set });

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
  });
  afterAll(() => app.close());

  it('shows every way in on one page, with the fields in the documented order', async () => {
    const user = await app.workspace.createUser({ fields: { name: 'Maria', username: 'maria' } });
    const program = await app.workspace.addAccessToken(user, { name: 'nightly report' });
    const unused = await app.workspace.addAccessToken(user, { name: 'unused' });
    const now = app.clock.now();
    const session = await app.workspace.createSession({
      userId: user.id,
      loginToken: hashLoginToken(user.token),
    });
    const until = new Date(now.getTime() + 60_000);
    await setTokens(user, { 'services.resume.loginTokens.0.twoFactorAuthorizedUntil': until });
    await use(program);
    const expected = JSON.stringify({
      user: { _id: user.id, username: 'maria', name: 'Maria', active: true },
      sessions: [
        {
          sessionId: session.sessionId,
          userId: user.id,
          device: session.device,
          host: session.host,
          ip: session.ip,
          loginAt: session.loginAt,
          _user: { name: 'Maria', username: 'maria' },
          _id: session.sessionId,
        },
      ],
      personalAccessTokens: [
        ...[
          { of: program, name: 'nightly report', lastUsedAt: now },
          { of: unused, name: 'unused', lastUsedAt: null },
        ].map(({ of, name, lastUsedAt }) => ({
          name,
          createdAt: now,
          lastTokenPart: of.token.slice(-6),
          bypassTwoFactor: false,
          lastUsedAt,
        })),
      ],
      remembered: [{ sessionId: session.sessionId, until }],
      success: true,
    });
    expect((await ask(`userId=${user.id}`)).text).toBe(expected);
    expect((await ask('username=maria')).text).toBe(expected);
  });

  it('shows the newest sessions first, and none of others, ended ones or expired memories', async () => {
    const user = await app.workspace.createUser({ active: false });
    const now = app.clock.now().getTime();
    const login = (seconds: number, fields: object = {}): Promise<Record<string, unknown>> =>
      app.workspace.createSession({
        userId: user.id,
        loginAt: new Date(now - seconds * 1000),
        ...fields,
      });
    const sessions = [await login(1), await login(3), await login(2)];
    await login(0, { logoutAt: new Date(now) });
    await app.workspace.createSession();
    const expired = { twoFactorAuthorizedUntil: new Date(now), hashedToken: newId() };
    await setTokens(user, {
      'services.resume.loginTokens': [
        expired,
        { ...expired, twoFactorAuthorizedUntil: 'x' },
        { ...expired, hashedToken: newId(), twoFactorAuthorizedUntil: new Date(now + 1) },
      ],
    });
    const found = await waysInOf(user);
    expect(found).toMatchObject({ user: { active: false } });
    expect(found.sessions.map(({ sessionId }) => sessionId)).toEqual(
      [0, 2, 1].map((n) => sessions[n]?.sessionId),
    );
    expect(found.remembered).toEqual([{ sessionId: null, until: new Date(now + 1).toISOString() }]);
  });

  it('shows tokens and users as other programs store them', async () => {
    const user = await app.workspace.createUser();
    const odd = { type: 'personalAccessToken', hashedToken: newId(), name: 7, createdAt: 'x' };
    await setTokens(user, { name: 7, username: null, 'services.resume.loginTokens': [null, odd] });
    const found = await waysInOf(user);
    expect(found).toMatchObject({ user: { _id: user.id, active: true } });
    expect(found.personalAccessTokens).toEqual([
      {
        name: null,
        createdAt: null,
        lastTokenPart: null,
        bypassTwoFactor: false,
        lastUsedAt: null,
      },
    ]);
    // Other programs find such a token by its hash.
    await setTokens(user, { 'services.resume.loginTokens': { ...odd, name: 'alone' } });
    expect(await waysInOf(user)).toMatchObject({ personalAccessTokens: [{ name: 'alone' }] });
    await setTokens(user, { 'services.resume.loginTokens': 'nonsense' });
    expect(await waysInOf(user)).toMatchObject({ personalAccessTokens: [], remembered: [] });
  });

  it('shows no more than the newest sessions of a user with thousands', async () => {
    const user = await app.workspace.createUser();
    const many = Array.from({ length: MAX_SESSIONS + 5 }, (_, n) => ({
      _id: newId(),
      sessionId: `s${n}`,
      userId: user.id,
      loginToken: `hash-${n}`,
      loginAt: new Date(n),
    }));
    await app.workspace.db.collection('rocketchat_sessions').insertMany(many as never[]);
    const { sessions } = await waysInOf(user);
    expect(sessions).toHaveLength(MAX_SESSIONS);
    expect(sessions[0]).toMatchObject({ sessionId: `s${MAX_SESSIONS + 4}` });
  });

  it.each([
    ['', invalidParameters("must have required property 'userId'")],
    ['userId=a&username=b', invalidParameters('must match exactly one schema in oneOf')],
    ['userId=a&userId=b', invalidParameters('must be string')],
    ['userId[$ne]=a', invalidParameters('must be string')],
  ])('refuses %j before it asks for a code', async (query, refusal) => {
    const user = await app.workspace.createUser();
    expect(await ask(query, user)).toMatchObject(refusal);
    expect(await ask('userId=nobody', user)).toMatchObject(TOTP_REQUIRED);
  });

  it.each(['userId=nobody', 'userId=', 'username=', 'username=MARIA', 'userId=%ED%A0%80'])(
    'answers 400 to the unknown user %s',
    async (query) => {
      expect(await ask(query)).toMatchObject(UNKNOWN);
    },
  );

  describe('lastUsedAt', () => {
    const lastUsed = async (user: TestUser): Promise<unknown> =>
      (await waysInOf(user)).personalAccessTokens[0]?.lastUsedAt;

    it('is written at most once in five minutes, whichever process sees the use', async () => {
      app.onOneInstance('each process sends its own statement, of which one writes');
      const user = await app.workspace.createUser();
      const program = await app.workspace.addAccessToken(user);
      const other = await app.another();
      const first = app.clock.now().toISOString();
      await Promise.all(Array.from({ length: 20 }, (_, n) => use(program, n % 2 ? app : other)));
      expect(await lastUsed(user)).toBe(first);
      for (const where of [app, other]) where.clock.advance({ seconds: 299 });
      const third = await app.another();
      await use(program, third);
      await use(program);
      expect(await lastUsed(user)).toBe(first);
      app.clock.advance({ seconds: 1 });
      const commands = await app.commandsDuring(async () => {
        await Promise.all(Array.from({ length: 20 }, () => use(program)));
      });
      expect(commands.filter(({ commandName }) => commandName === 'update')).toHaveLength(1);
      expect(await lastUsed(user)).toBe(app.clock.now().toISOString());
      await other.close();
      await third.close();
    });

    it('holds neither the token nor its hash, and expires', async () => {
      const user = await app.workspace.createUser();
      const program = await app.workspace.addAccessToken(user);
      await use(program);
      const uses = app.workspace.db.collection('ws_token_uses');
      const stored = JSON.stringify(await uses.find().toArray());
      expect(stored).toContain(app.clock.now().toISOString());
      for (const secret of [program.token, hashLoginToken(program.token)]) {
        expect(stored).not.toContain(secret);
      }
      expect(await uses.indexes()).toContainEqual(
        expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
      );
    });

    it('delays and fails no request when it cannot be written', async () => {
      const user = await app.workspace.createUser();
      const program = await app.workspace.addAccessToken(user);
      const repository = app.partOf(TokenUsesRepository);
      let release = (): void => undefined;
      const away = jest.spyOn(repository, 'note').mockImplementationOnce(
        () =>
          new Promise((_resolve, reject) => {
            release = (): void => {
              reject(new Error('the database is away'));
            };
          }),
      );
      expect((await app.call('/api/v1/me', { headers: program.headers })).status).toBe(200);
      expect(away).toHaveBeenCalledTimes(1);
      release();
      await app.settled();
      app.clock.advance({ seconds: 300 });
      await use(program);
      expect(await lastUsed(user)).toBe(app.clock.now().toISOString());
    });
  });
});
