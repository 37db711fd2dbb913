import { hashLoginToken } from '../../../src/auth/login-token';
import { MAX_LOGIN_TOKENS } from '../../../src/workspace-data/users/accounts.repository';
import { HttpAnswer } from '../../support/http';
import { LifecycleScene } from '../../support/lifecycle-scene';
import { TestUser, UserOptions } from '../../support/workspace';

const PASSWORD = 'correct horse battery staple';

describe('the endings of sessions', () => {
  let scene: LifecycleScene;
  let admin: TestUser;
  let user: TestUser;
  let other: TestUser;
  let sessionId: string;

  const post = (path: string, by: TestUser, body: object = {}): Promise<HttpAnswer> =>
    scene.app.call(`/api/v1/${path}`, {
      method: 'POST',
      headers: { ...by.headers, 'content-type': 'application/json', 'x-2fa-code': PASSWORD },
      body: JSON.stringify(body),
    });
  /** The user, and another login of theirs, which has a session. */
  const prepare = async (options: UserOptions): Promise<void> => {
    user = await scene.createUser({ password: PASSWORD, ...options });
    other = await scene.app.workspace.addLogin(user);
    sessionId = await scene.createSession(other);
  };
  const code = (): string => user.codeAt(scene.app.clock.now());

  beforeAll(async () => {
    scene = await LifecycleScene.start();
    admin = await scene.app.workspace.createUser({
      personalAccessToken: { bypassTwoFactor: true },
    });
  });
  beforeEach(async () => {
    await scene.clear();
    scene.app.clock.advance({ seconds: 60 });
  });
  afterAll(() => scene.app.close());

  it.each<[string, string, UserOptions, () => Promise<HttpAnswer>, 'user' | 'admin']>([
    ['POST logout', 'logout', {}, () => post('logout', other), 'user'],
    ['logout.me', 'logout', {}, () => post('sessions/logout.me', user, { sessionId }), 'user'],
    [
      'logout by an administrator',
      'admin',
      {},
      () => post('sessions/logout', admin, { sessionId }),
      'admin',
    ],
    [
      'enabling TOTP',
      'factor-changed',
      { totp: true, enrolling: true },
      () => post('users.validateTotp', user, { code: code() }),
      'user',
    ],
    [
      'disabling TOTP',
      'factor-changed',
      { totp: true },
      () => post('users.disableTotp', user, { code: code() }),
      'user',
    ],
    [
      'disabling codes by e-mail',
      'factor-changed',
      { totp: true, email2fa: true },
      () =>
        scene.app.call('/api/v1/users.2fa.disableEmail', {
          method: 'POST',
          headers: { ...user.headers, 'x-2fa-code': code(), 'x-2fa-method': 'totp' },
        }),
      'user',
    ],
  ])('%s leaves one, with the reason %s', async (_path, reason, options, act, by) => {
    await prepare(options);
    expect((await act()).status).toBe(200);
    await scene.app.settled();
    const { id } = by === 'user' ? user : admin;
    const [ending, ...others] = await scene.endings();
    expect(others).toEqual([]);
    expect(ending).toMatchObject({ sessionId, userId: user.id, endedBy: id, reason });
    expect(ending).not.toHaveProperty('pending');
    expect(JSON.stringify(ending)).not.toContain(hashLoginToken(other.token));
    for (const { logoutAt, logoutBy } of await scene.documents(user)) {
      expect([logoutAt, logoutBy]).toEqual([ending?.endedAt, id]);
    }
  });

  it.each([
    ['one of their own', 'logout', (): TestUser => admin],
    ["somebody else's", 'admin', (): TestUser => user],
  ] as const)(
    'logout of a session that names no owner, %s, leaves one with the reason %s',
    async (_whose, reason, owner) => {
      await prepare({});
      const login = await scene.app.workspace.addLogin(owner());
      const unowned = await scene.createSession(login, { userId: undefined });
      const answer = await post('sessions/logout', admin, { sessionId: unowned });
      expect(answer.status).toBe(200);
      await scene.app.settled();
      expect(await scene.endings()).toMatchObject([
        { sessionId: unowned, userId: owner().id, endedBy: admin.id, reason },
      ]);
    },
  );

  it('the reset of TOTP leaves one for each login, and none for a personal access token', async () => {
    await prepare({ totp: true });
    await scene.app.workspace.addAccessToken(user);
    expect((await post('users.resetTOTP', admin, { userId: user.id })).status).toBe(200);
    const endings = await scene.endings();
    expect(endings.map(({ reason, endedBy }) => [reason, endedBy])).toEqual(
      Array.from({ length: 2 }, () => ['factor-reset', admin.id]),
    );
    expect(endings.filter((ending) => ending.sessionId === sessionId)).toHaveLength(1);
  });

  it('the limit of logins leaves one for the login that makes room', async () => {
    await prepare({ loggedInAt: new Date(0) });
    for (let n = 2; n < MAX_LOGIN_TOKENS; n++) await scene.app.workspace.addLogin(user);
    const answer = await scene.app.login({ user: `user-${user.id}`, password: PASSWORD });
    expect(answer.status).toBe(200);
    expect(await scene.endings()).toMatchObject([
      { userId: user.id, endedBy: user.id, reason: 'login-limit', loginAt: new Date(0) },
    ]);
    expect(await scene.isUsable(other)).toBe(true);
  });

  it('a removed personal access token leaves one only where it has a session document', async () => {
    await prepare({ roles: ['admin'], accessTokens: ['plain'] });
    const program = await scene.app.workspace.addAccessToken(user, { name: 'seen' });
    const seen = await scene.createSession(program);
    for (const tokenName of ['plain', 'seen']) {
      const answer = await post('users.removePersonalAccessToken', user, { tokenName });
      expect(answer.status).toBe(200);
    }
    expect(await scene.endings()).toMatchObject([{ sessionId: seen, reason: 'logout' }]);
  });

  it('a login that could not be finished leaves none', async () => {
    await prepare({});
    const crash = scene.breakStoring();
    const answer = await scene.app.login({ user: `user-${user.id}`, password: PASSWORD });
    crash.mockRestore();
    expect(answer.status).toBe(500);
    expect(await scene.endings()).toEqual([]);
    expect((await scene.documents(user)).filter(({ logoutAt }) => logoutAt)).toHaveLength(1);
  });

  it('a session whose token is gone leaves one when it is revoked, and not before', async () => {
    await prepare({});
    await scene.app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: user.id }, { $set: { 'services.resume.loginTokens': [] } });
    expect((await post('sessions/logout', admin, { sessionId })).status).toBe(200);
    expect((await post('sessions/logout', admin, { sessionId })).status).toBe(200);
    expect(await scene.endings()).toMatchObject([{ sessionId, endedBy: admin.id }]);
  });

  it('are kept for 90 days, in a collection with a TTL index', async () => {
    const indexes = await scene.app.workspace.db.collection('ws_session_endings').indexes();
    expect(indexes).toContainEqual(
      expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
    );
  });
});
