import { hashLoginToken } from '../../../src/auth/login-token';
import { Revocation } from '../../../src/session-lifecycle/revocation';
import { describeCommand, expectIndexed } from '../../support/explain';
import { LifecycleScene } from '../../support/lifecycle-scene';
import { newId, TestUser } from '../../support/workspace';

const BY: Revocation = { by: 'admin-id', reason: 'bulk', note: 'a stolen laptop' };
const SEVERAL = 20;
/** 1,000 logins, of which one command stamps 50. */
const STAMPS = Array.from({ length: 20 }, () => 'update rocketchat_sessions');

describe('SessionLifecycle.revoke', () => {
  let scene: LifecycleScene;
  let user: TestUser;

  const hashOf = ({ token }: TestUser): string => hashLoginToken(token);
  const addLogins = (count: number): Promise<TestUser[]> =>
    Promise.all(Array.from({ length: count }, () => scene.app.workspace.addLogin(user)));
  const usable = async (people: TestUser[]): Promise<boolean[]> =>
    Promise.all(people.map((one) => scene.isUsable(one)));

  beforeAll(async () => {
    scene = await LifecycleScene.start();
  });
  beforeEach(async () => {
    await scene.clear();
    user = await scene.createUser();
  });
  afterAll(() => scene.app.close());

  it('leaves an ending that says what the session was, who ended it, when and why', async () => {
    const loginAt = new Date('2026-01-02T03:04:05Z');
    const sessionId = await scene.createSession(user, { loginAt });
    const [document] = await scene.documents(user);
    const hashedToken = hashOf(user);
    const token = { owner: user.id, hashedToken };
    const revoked = await scene.lifecycle.revoke({ token }, BY);
    await scene.app.settled();
    const endedAt = scene.app.clock.now();
    const [ending] = await scene.endings();
    expect(ending).toEqual({
      _id: expect.stringMatching(/^[\w-]{43}$/) as string,
      sessionId,
      userId: user.id,
      device: document?.device as object,
      host: 'chat.example.com',
      ip: '192.0.2.7',
      loginAt,
      endedAt,
      endedBy: BY.by,
      reason: BY.reason,
      note: BY.note,
      expiresAt: new Date(endedAt.getTime() + 90 * 24 * 60 * 60 * 1000),
    });
    expect(JSON.stringify(ending)).not.toContain(hashedToken);
    expect(revoked).toEqual([{ id: ending?._id, isFirst: true }]);
  });

  it('leaves nothing of a login that had ended, and tells so', async () => {
    await scene.createSession(user);
    const token = { owner: user.id, hashedToken: hashOf(user) };
    await scene.lifecycle.revoke({ token }, BY);
    scene.app.clock.advance({ seconds: 1 });
    expect(await scene.lifecycle.revoke({ token }, { ...BY, by: 'another' })).toEqual([]);
    expect(await scene.endings()).toMatchObject([{ endedBy: BY.by }]);
  });

  it.each(['session', 'token'] as const)(
    'by many at once, each naming the %s: one ending, and its name on all documents',
    async (known) => {
      await scene.createSession(user);
      const [session] = await scene.app.workspace.db
        .collection('rocketchat_sessions')
        .find({}, { projection: { _id: 0 } })
        .toArray();
      const login = { owner: user.id, hashedToken: hashOf(user) };
      const token = known === 'session' ? { ...login, session: session as object } : login;
      const answers = await Promise.all(
        Array.from({ length: SEVERAL }, (_, n) =>
          scene.lifecycle.revoke({ token }, { by: `admin-${String(n)}`, reason: 'admin' }),
        ),
      );
      const first = answers.flatMap((revoked, n) =>
        revoked.some(({ isFirst }) => isFirst) ? [`admin-${String(n)}`] : [],
      );
      expect(first).toHaveLength(1);
      const [endedBy] = first;
      expect(await scene.endings()).toMatchObject([{ endedBy }]);
      for (const { logoutBy } of await scene.documents(user)) expect(logoutBy).toBe(endedBy);
      expect(await scene.isUsable(user)).toBe(false);
    },
  );

  it('revokes all logins of a user, with or without personal access tokens', async () => {
    const logins = await addLogins(3);
    const program = await scene.app.workspace.addAccessToken(user);
    await scene.lifecycle.revoke({ allOf: user.id }, BY);
    expect(await usable([user, ...logins])).toEqual([false, false, false, false]);
    expect(await scene.isUsable(program)).toBe(true);
    expect(await scene.endings()).toHaveLength(4);
    await scene.lifecycle.revoke({ allOf: user.id, personalAccessTokens: true }, BY);
    expect(await scene.isUsable(program)).toBe(false);
    // It had no session document.
    expect(await scene.endings()).toHaveLength(4);
  });

  it('revokes all others of a user, and leaves those of other users alone', async () => {
    const [kept, ...others] = await addLogins(3);
    const somebody = await scene.createUser();
    if (!kept) throw new Error('There is no login.');
    const selector = { othersOf: user.id, except: hashOf(kept) };
    const revoked = await scene.lifecycle.revoke(selector, BY);
    expect(revoked).toHaveLength(3);
    expect(await usable([kept, somebody])).toEqual([true, true]);
    expect(await usable([user, ...others])).toEqual([false, false, false]);
  });

  it('tells of a login without a session document what its token says', async () => {
    const sessions = [hashOf(user), 'nobody-has-it'].map((hashedToken) => ({
      owner: user.id,
      hashedToken,
    }));
    await scene.lifecycle.revoke({ sessions }, BY);
    const [ending, ...others] = await scene.endings();
    expect(others).toEqual([]);
    expect(ending).toMatchObject({ userId: user.id, loginAt: expect.any(Date) as Date });
    expect(ending).not.toHaveProperty('sessionId');
  });

  it('a personal access token leaves an ending where it has a session document', async () => {
    const program = await scene.app.workspace.addAccessToken(user);
    const sessionId = await scene.createSession(program);
    const token = { owner: user.id, hashedToken: hashOf(program) };
    await scene.lifecycle.revoke({ token }, BY);
    expect(await scene.endings()).toMatchObject([{ sessionId, userId: user.id }]);
    expect(await scene.isUsable(program)).toBe(false);
  });

  it('revokes 1,000 sessions of ten users with four kinds of commands, each through an index', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => scene.createUser()));
    const { db } = scene.app.workspace;
    const sessions = people.flatMap(({ id }) =>
      Array.from({ length: 100 }, () => ({
        sessionId: newId(),
        userId: id,
        loginToken: hashLoginToken(newId()),
      })),
    );
    for (const { id } of people) {
      const own = sessions.filter(({ userId }) => userId === id);
      const tokens = own.map(({ loginToken: hashedToken }) => ({ when: new Date(0), hashedToken }));
      await db
        .collection<{ _id: string }>('users')
        .updateOne({ _id: id }, { $set: { 'services.resume.loginTokens': tokens } });
    }
    await db.collection('rocketchat_sessions').insertMany(sessions.map((one) => ({ ...one })));
    const commands = await scene.app.commandsDuring(async () => {
      const logins = sessions.map((session) => ({
        owner: session.userId,
        hashedToken: session.loginToken,
        session,
      }));
      expect(await scene.lifecycle.revoke({ sessions: logins }, BY)).toHaveLength(1000);
      await scene.app.settled();
    });
    expect(commands.map(describeCommand)).toEqual([
      'insert ws_session_endings',
      'update users',
      ...STAMPS,
      'insert ws_audit',
      'update ws_session_endings',
    ]);
    for (const command of commands) await expectIndexed(db, command);
    const open = await db.collection('rocketchat_sessions').countDocuments({ logoutAt: null });
    expect([open, (await scene.endings()).length]).toEqual([0, 1000]);
    const ids = people.map(({ id }) => id);
    const left = await db
      .collection<{ _id: string }>('users')
      .countDocuments({ _id: { $in: ids }, 'services.resume.loginTokens.0': { $exists: true } });
    expect(left).toBe(0);
  });

  it('revokes all 1,000 logins of a user with few commands, each through an index', async () => {
    const { db } = scene.app.workspace;
    const tokens = Array.from({ length: 1000 }, () => ({
      when: new Date(0),
      hashedToken: hashLoginToken(newId()),
    }));
    await db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: user.id }, { $set: { 'services.resume.loginTokens': tokens } });
    const commands = await scene.app.commandsDuring(async () => {
      await scene.lifecycle.revoke({ allOf: user.id }, BY);
      await scene.app.settled();
    });
    expect(commands.map(describeCommand).sort()).toEqual(
      [
        'find users',
        'aggregate rocketchat_sessions',
        'insert ws_session_endings',
        'update users',
        ...STAMPS,
        'insert ws_audit',
        'update ws_session_endings',
        'find users',
      ].sort(),
    );
    for (const command of commands) await expectIndexed(db, command);
    expect(await scene.endings()).toHaveLength(1000);
  });

  it('finds what is pending, and what others have decided, through indexes', async () => {
    await scene.createSession(user);
    await scene.createSession(user, { userId: undefined });
    const crash = scene.break('documents', 'before');
    const token = { owner: undefined, hashedToken: hashOf(user) };
    await scene.lifecycle.revoke({ token }, BY).catch(() => undefined);
    crash.mockRestore();
    const filler = Array.from({ length: 300 }, () => ({ _id: newId(), endedBy: 'somebody' }));
    const { db } = scene.app.workspace;
    await db.collection<{ _id: string }>('ws_session_endings').insertMany(filler);
    scene.app.clock.advance({ seconds: 120 });
    const commands = await scene.app.commandsDuring(async () => {
      await scene.lifecycle.revoke({ token }, BY);
      await scene.app.settled();
    });
    const names = commands.map(describeCommand);
    // By the token, by the id, and those that are older.
    expect(names.filter((name) => name === 'find ws_session_endings')).toHaveLength(3);
    for (const command of commands) await expectIndexed(db, command);
  });
});
