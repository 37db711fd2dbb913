import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import { NO_PERMISSION, SESSION_NOT_FOUND, TOTP_REQUIRED } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const SECONDS = 600;

/** A user with a session, and its id. */
type Remembering = TestUser & { sessionId: string };

describe('remembered second factors', () => {
  let app: TestApp;
  let admin: TestUser;

  const get = (path: string, by: TestUser, code = ''): Promise<HttpAnswer> =>
    app.call(`/api/v1/sessions/${path}`, { headers: { ...by.headers, 'x-2fa-code': code } });
  const post = (path: string, by: TestUser, body: object): Promise<HttpAnswer> =>
    app.call(`/api/v1/sessions/${path}`, {
      method: 'POST',
      headers: { ...by.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const code = (user: TestUser): string => user.codeAt(app.clock.now());
  const create = async (fields: Record<string, unknown> = {}): Promise<Remembering> => {
    const user = await app.workspace.createUser({ fields });
    const { sessionId } = await app.workspace.createSession({
      userId: user.id,
      loginToken: hashLoginToken(user.token),
    });
    return { ...user, sessionId: String(sessionId) };
  };
  const remember = async (user: TestUser): Promise<void> => {
    expect((await get('list.all', user, code(user))).status).toBe(200);
  };
  const isRemembered = async (user: TestUser): Promise<boolean> =>
    (await get('list.all', user)).status === 200;
  const list = async (query = ''): Promise<Record<string, unknown>> => {
    const { status, body } = await get(`remembered?${query}`, admin);
    expect(status).toBe(200);
    return body as Record<string, unknown>;
  };
  const storedToken = async ({ id }: TestUser): Promise<object> => {
    const users = app.workspace.db.collection<{ _id: string }>('users');
    const user = (await users.findOne({ _id: id })) as unknown as {
      services: { resume: { loginTokens: object[] } };
    };
    return user.services.resume.loginTokens[0] ?? {};
  };

  beforeAll(async () => {
    app = await TestApp.start({ TWO_FACTOR_REMEMBER_SECONDS: String(SECONDS) });
    admin = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
  });
  beforeEach(() => {
    // What a test has remembered is over in the next.
    app.clock.advance({ seconds: SECONDS });
    app.clock.startStep();
  });
  afterAll(() => app.close());

  it('are listed with their session and owner, the longest first, in the documented shape', async () => {
    const first = await create({ name: 'Maria', username: 'maria' });
    await remember(first);
    app.clock.advance({ seconds: 1 });
    const unlisted = await app.workspace.createUser({ fields: { name: 'Ann', username: 'ann' } });
    await remember(unlisted);
    const until = (seconds: number): Date => new Date(app.clock.now().getTime() + seconds * 1000);
    const { text } = await get('remembered', admin);
    expect(text).toBe(
      JSON.stringify({
        remembered: [
          {
            sessionId: null,
            userId: unlisted.id,
            until: until(SECONDS),
            _user: { name: 'Ann', username: 'ann' },
          },
          {
            sessionId: first.sessionId,
            userId: first.id,
            until: until(SECONDS - 1),
            _user: { name: 'Maria', username: 'maria' },
          },
        ],
        total: 2,
        count: 50,
        offset: 0,
        success: true,
      }),
    );
    app.clock.advance({ seconds: SECONDS - 1 });
    expect(await list()).toMatchObject({ remembered: [{ userId: unlisted.id }], total: 1 });
  });

  it('are paged, and counted as a whole', async () => {
    const users = await Promise.all([create(), create(), create()]);
    for (const user of users) {
      await remember(user);
      app.clock.advance({ seconds: 1 });
    }
    const ids = users.map(({ id }) => id).reverse();
    for (const [n, id] of ids.entries()) {
      expect(await list(`count=1&offset=${n}`)).toMatchObject({
        remembered: [{ userId: id }],
        total: 3,
        count: 1,
        offset: n,
      });
    }
    expect(await list('count=1&offset=3')).toMatchObject({ remembered: [], total: 3 });
  });

  it('are listed whatever else other programs store in the lists of tokens', async () => {
    const user = await create();
    await remember(user);
    const stored = (await storedToken(user)) as Record<string, unknown>;
    const { twoFactorAuthorizedUntil } = stored;
    const users = app.workspace.db.collection<{ _id: string }>('users');
    const odd: unknown[] = [
      [null, 7, { twoFactorAuthorizedUntil }, { hashedToken: 5, twoFactorAuthorizedUntil }],
      [{ hashedToken: 'x1', twoFactorAuthorizedUntil: '2999-01-01' }],
      [{ hashedToken: 'x2', type: 'personalAccessToken', twoFactorAuthorizedUntil }],
    ];
    for (const loginTokens of odd) {
      const other = await create();
      await users.updateOne(
        { _id: other.id },
        { $set: { 'services.resume.loginTokens': loginTokens } },
      );
    }
    expect(await list()).toMatchObject({ remembered: [{ userId: user.id }], total: 1 });
  });

  describe.each([
    ['forget', (): TestUser => admin],
    ['forget.me', (user: TestUser): TestUser => user],
  ] as const)('POST /api/v1/sessions/%s', (path, by) => {
    it('makes the client prove its second factor again, and leaves the login alive', async () => {
      const user = await create();
      await remember(user);
      expect(await isRemembered(user)).toBe(true);
      const { status, text } = await post(path, by(user), { sessionId: user.sessionId });
      expect({ status, text }).toEqual({
        status: 200,
        text: `{"sessionId":"${user.sessionId}","success":true}`,
      });
      expect(await get('list.all', user)).toMatchObject(TOTP_REQUIRED);
      expect(JSON.stringify(await storedToken(user))).not.toContain('twoFactorAuthorized');
      expect((await get('list', user)).status).toBe(200);
      // The first answer may have been lost.
      expect((await post(path, by(user), { sessionId: user.sessionId })).status).toBe(200);
    });

    it('answers 404 to a session that is unknown, has ended, or whose token is gone', async () => {
      const user = await create();
      const gone = await app.workspace.createSession({ userId: user.id });
      const ended = await app.workspace.createSession({
        userId: user.id,
        loginToken: hashLoginToken(user.token),
        logoutAt: new Date(0),
      });
      for (const sessionId of ['nobody', '', gone.sessionId, ended.sessionId]) {
        expect(await post(path, by(user), { sessionId })).toMatchObject(SESSION_NOT_FOUND);
      }
    });

    it("does not touch another user's login whose token hash a document carries", async () => {
      const victim = await create();
      await remember(victim);
      const user = await create();
      const planted = await app.workspace.createSession({
        userId: user.id,
        loginToken: hashLoginToken(victim.token),
      });
      const { sessionId } = planted;
      expect(await post(path, by(user), { sessionId })).toMatchObject(SESSION_NOT_FOUND);
      expect(await isRemembered(victim)).toBe(true);
    });

    it('leaves a whole memory or none when a client proves its factor meanwhile', async () => {
      const user = await create();
      const answers = await Promise.all([
        ...Array.from({ length: 4 }, () => get('list.all', user, code(user))),
        ...Array.from({ length: 4 }, () => post(path, by(user), { sessionId: user.sessionId })),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
      const fields = Object.keys(await storedToken(user)).filter((name) => name.startsWith('two'));
      expect([0, 2]).toContain(fields.length);
      expect(await isRemembered(user)).toBe(fields.length === 2);
      // After all of them, it is forgotten for good.
      await post(path, by(user), { sessionId: user.sessionId });
      expect(await isRemembered(user)).toBe(false);
    });

    it('is recorded as a change of the second factor', async () => {
      const user = await create();
      await post(path, by(user), { sessionId: user.sessionId });
      expect(app.log.audit.at(-1)).toMatchObject({
        t: 'second-factor.changed',
        actor: { _id: by(user).id },
        data: { result: 'ok', change: 'second-factor.forgotten', sessionId: user.sessionId },
      });
    });
  });

  it("are one's own for forget.me: another user's session is unknown", async () => {
    const [user, other] = [await create(), await create()];
    await remember(other);
    expect(await post('forget.me', user, { sessionId: other.sessionId })).toMatchObject(
      SESSION_NOT_FOUND,
    );
    expect(await isRemembered(other)).toBe(true);
  });

  it('are forgotten for others only with the permission', async () => {
    const user = await create();
    const member = await app.workspace.createUser({ roles: ['user'] });
    const { sessionId } = user;
    expect(await post('forget', member, { sessionId })).toMatchObject(NO_PERMISSION);
  });
});
