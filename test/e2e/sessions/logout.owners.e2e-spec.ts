import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import { NOT_LOGGED_IN } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

interface StoredSession {
  userId?: string;
  logoutAt?: Date;
  logoutBy?: string;
}

interface List {
  sessions: { sessionId: string; userId?: string }[];
  total: number;
}

const HOUR_MS = 60 * 60 * 1000;

/** Documents of one user with the token hash of another occur: they belong to the user that they name. */
describe("a session document with another user's token", () => {
  let app: TestApp;
  let admin: TestUser;
  /** The user whose token it is. */
  let ann: TestUser;
  /** The user whose session document has that token. */
  let bob: TestUser;
  let annsSession: string;
  let bobsSession: string;

  const get = (path: string, { headers }: TestUser): Promise<HttpAnswer> =>
    app.call(`/api/v1/${path}`, { headers });
  const revoke = (
    sessionId: string,
    by: TestUser,
    route: 'logout' | 'logout.me' = 'logout',
  ): Promise<HttpAnswer> =>
    app.call(`/api/v1/sessions/${route}`, {
      method: 'POST',
      headers: { ...by.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ sessionId }),
    });
  const createSession = async (fields: Record<string, unknown>): Promise<string> =>
    String((await app.workspace.createSession(fields)).sessionId);
  const stored = async (sessionId: string): Promise<StoredSession> => {
    const found = await app.workspace.db
      .collection('rocketchat_sessions')
      .findOne<StoredSession>({ sessionId });
    return found ?? {};
  };
  const rowsOf = async (path: string, by: TestUser): Promise<string[]> => {
    const { sessions, total } = (await get(path, by)).body as List;
    expect(total).toBe(sessions.length);
    return sessions.map(({ sessionId }) => sessionId).sort();
  };
  const ago = (ms: number): Date => new Date(app.clock.now().getTime() - ms);

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
  });
  beforeEach(async () => {
    await app.workspace.db.collection('rocketchat_sessions').deleteMany({});
    ann = await app.workspace.createUser({ totp: false });
    bob = await app.workspace.createUser({ totp: false });
    const loginToken = hashLoginToken(ann.token);
    annsSession = await createSession({ userId: ann.id, loginToken, loginAt: ago(HOUR_MS) });
    bobsSession = await createSession({ userId: bob.id, loginToken, loginAt: ago(0) });
  });
  afterAll(() => app.close());

  it.each([
    ['an administrator', 'logout'],
    ['the user that it names', 'logout.me'],
  ] as const)(
    'does not revoke the login of the owner of the token when revoked by %s',
    async (_who, route) => {
      const by = route === 'logout' ? admin : bob;
      const answer = await revoke(bobsSession, by, route);
      expect([answer.status, answer.body]).toEqual([
        200,
        { sessionId: bobsSession, success: true },
      ]);
      expect((await stored(bobsSession)).logoutBy).toBe(by.id);
      expect((await get('me', ann)).status).toBe(200);
      expect((await stored(annsSession)).logoutAt).toBeUndefined();
      expect(await rowsOf('sessions/list.all', admin)).toEqual([annsSession]);
    },
  );

  it('stays open when the owner of the token revokes their own session', async () => {
    expect((await revoke(annsSession, ann, 'logout.me')).status).toBe(200);
    expect(await get('me', ann)).toMatchObject(NOT_LOGGED_IN);
    expect((await stored(annsSession)).logoutBy).toBe(ann.id);
    expect((await stored(bobsSession)).logoutAt).toBeUndefined();
  });

  it('does not decide who ended the login of the owner of the token', async () => {
    await revoke(bobsSession, admin);
    app.clock.advance({ seconds: 1 });
    expect(
      (await app.call('/api/v1/logout', { method: 'POST', headers: ann.headers })).status,
    ).toBe(200);
    expect(await stored(annsSession)).toMatchObject({
      logoutBy: ann.id,
      logoutAt: app.clock.now(),
    });
  });

  it.each([
    ['newer', 0],
    ['older', 2 * HOUR_MS],
    ['of the same age', HOUR_MS],
  ])('does not hide the other session from lists when it is %s', async (_age, age) => {
    const loginAt = ago(age);
    await app.workspace.db
      .collection('rocketchat_sessions')
      .updateOne({ sessionId: bobsSession }, { $set: { loginAt } });
    const both = [annsSession, bobsSession].sort();
    expect(await rowsOf('sessions/list.all', admin)).toEqual(both);
    expect(await rowsOf(`sessions/list.all?filter=${ann.id}`, admin)).toEqual([annsSession]);
    expect(await rowsOf('sessions/list.all?sort={"_user.name":1}', admin)).toEqual(both);
    expect(await rowsOf('sessions/list', ann)).toEqual([annsSession]);
    expect(await rowsOf('sessions/list', bob)).toEqual([bobsSession]);
    for (const [sessionId, { id }] of [
      [annsSession, ann],
      [bobsSession, bob],
    ] as const) {
      const { body } = await get(`sessions/info.admin?sessionId=${sessionId}`, admin);
      expect(body).toMatchObject({ sessionId, userId: id });
    }
  });

  it('appears as one row per owner, however many documents there are', async () => {
    const loginToken = hashLoginToken(ann.token);
    const newer = await createSession({ userId: ann.id, loginToken, loginAt: ago(HOUR_MS / 2) });
    await createSession({ userId: bob.id, loginToken, loginAt: ago(HOUR_MS) });
    expect(await rowsOf('sessions/list.all', admin)).toEqual([newer, bobsSession].sort());
  });

  it('is not revoked when the second factor of the owner of the token changes', async () => {
    const other = await app.workspace.addLogin(ann);
    const loginToken = hashLoginToken(other.token);
    const own = await createSession({ userId: ann.id, loginToken });
    const foreign = await createSession({ userId: bob.id, loginToken });
    const reset = await app.call('/api/v1/users.resetTOTP', {
      method: 'POST',
      headers: { ...admin.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ userId: ann.id }),
    });
    // Without TOTP the reset revokes nothing; with it, every session of hers.
    expect(reset.status).toBe(200);
    await app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: ann.id }, { $set: { 'services.totp': { enabled: true, secret: 'A' } } });
    await app.call('/api/v1/users.resetTOTP', {
      method: 'POST',
      headers: { ...admin.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ userId: ann.id }),
    });
    expect(await get('me', other)).toMatchObject(NOT_LOGGED_IN);
    for (const sessionId of [annsSession, own]) {
      expect((await stored(sessionId)).logoutBy).toBe(admin.id);
    }
    for (const sessionId of [bobsSession, foreign]) {
      expect((await stored(sessionId)).logoutAt).toBeUndefined();
    }
  });

  it.each<[string, unknown]>([
    ['no user', undefined],
    ['null', null],
    ['an empty string', ''],
    ['a number', 7],
  ])(
    'belongs to the owner of the token when it names %s, and revokes the token',
    async (_owner, userId) => {
      const loginToken = hashLoginToken(ann.token);
      const ownerless = await createSession({ userId, loginToken });
      expect((await revoke(ownerless, admin)).status).toBe(200);
      expect(await get('me', ann)).toMatchObject(NOT_LOGGED_IN);
      expect((await stored(ownerless)).logoutBy).toBe(admin.id);
      expect((await stored(annsSession)).logoutBy).toBe(admin.id);
      expect((await stored(bobsSession)).logoutAt).toBeUndefined();
      expect(await rowsOf('sessions/list.all', admin)).toEqual([bobsSession]);
    },
  );

  it('is stamped with its own ending when both sessions are revoked in parallel', async () => {
    const answers = await Promise.all([
      revoke(bobsSession, admin),
      revoke(annsSession, ann, 'logout.me'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await stored(bobsSession)).logoutBy).toBe(admin.id);
    expect((await stored(annsSession)).logoutBy).toBe(ann.id);
  });
});
