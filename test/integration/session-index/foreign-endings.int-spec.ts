import { setTimeout as wait } from 'node:timers/promises';
import { getModelToken } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { AuditRecordsRepository } from '../../../src/audit/audit-records.repository';
import { hashLoginToken } from '../../../src/auth/login-token';
import { SessionProjector } from '../../../src/session-index/session.projector';
import { SessionLifecycle } from '../../../src/session-lifecycle/session-lifecycle.service';
import { TestApp } from '../../support/app';
import { describeOn } from '../../support/database';
import { HttpAnswer } from '../../support/http';
import { IndexScene } from '../../support/index-scene';
import { until } from '../../support/until';
import { newId, TestUser } from '../../support/workspace';

const ON = { SESSION_INDEX: 'auto' };
/** Longer than from a change of tokens to the first look, and from there to the second. */
const PAUSE_SECONDS = 31;
const PASSWORD = 'correct horse battery staple';

interface HistoryRow {
  sessionId: string;
  userId: string;
  endedAt: string;
  endedBy: unknown;
  reason: string;
  device: unknown;
}

type Inserting = Record<string, (...args: unknown[]) => Promise<unknown>>;

interface StoredUser {
  _id: string;
  services: { resume: { loginTokens: object[] } };
}

const onEngine = describeOn('server', 'endings by other programs');

onEngine('a session that another program ends', () => {
  /** Owns the database; what it writes by itself, another program writes. */
  let other: TestApp;
  let app: TestApp;
  let admin: TestUser;
  /** Somebody whose name changes. */
  let marker: TestUser;

  const sessions = () => other.workspace.db.collection('rocketchat_sessions');
  const users = () => other.workspace.db.collection<StoredUser>('users');
  const rows = () => other.workspace.db.collection('ws_live_sessions');
  const isReady = (): boolean => new IndexScene(app).status.isUsable;
  const get = async <T>(path: string): Promise<T> => {
    const answer = await app.call(`/api/v1/${path}`, { headers: admin.headers });
    expect(answer.status).toBe(200);
    return answer.body as T;
  };
  const history = async (user: TestUser): Promise<HistoryRow[]> =>
    (await get<{ sessions: HistoryRow[] }>(`sessions/history?userId=${user.id}`)).sessions;
  const records = async (user: TestUser): Promise<object[]> =>
    (await get<{ events: object[] }>(`audit.sessions?t=session.ended&userId=${user.id}`)).events;
  const listed = async (user: TestUser): Promise<number> =>
    (await get<{ total: number }>(`sessions/list.all?filter=${user.id}`)).total;
  const post = (path: string, by: TestUser, body: object = {}): Promise<HttpAnswer> =>
    app.call(`/api/v1/${path}`, {
      method: 'POST',
      headers: { ...by.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const ended = (user: TestUser, count = 1): Promise<void> =>
    until(async () => (await history(user)).length === count, `${count} sessions have ended`);

  const createUser = (): Promise<TestUser> =>
    app.workspace.createUser({ roles: ['user'], totp: false });
  /** A session of the user's token, with two documents, that the follower has seen. */
  const createSession = async (user: TestUser): Promise<string> => {
    const sessionId = newId();
    const document = { sessionId, userId: user.id, loginToken: hashLoginToken(user.token) };
    await app.workspace.createSession({ ...document, loginAt: new Date(0) });
    await app.workspace.createSession(document);
    const row = { sessionId, claim: null };
    await until(async () => (await rows().countDocuments(row)) === 1, 'the session has its row');
    return sessionId;
  };
  const stamp = ({ token }: TestUser, logoutAt: Date): Promise<unknown> =>
    sessions().updateMany({ loginToken: hashLoginToken(token) }, { $set: { logoutAt } });
  const removeToken = ({ id, token }: TestUser): Promise<unknown> =>
    users().updateOne(
      { _id: id },
      {
        $pull: { 'services.resume.loginTokens': { hashedToken: hashLoginToken(token) } },
      },
    );
  /** The follower has come to what happens to users now: the changes of a collection have one order. */
  const usersAreFollowed = async (): Promise<void> => {
    const [name, owner] = [newId(), marker.id];
    await users().updateOne({ _id: owner }, { $set: { name } as object });
    const isThere = async (): Promise<boolean> =>
      (await rows().countDocuments({ '_user.name': name })) === 1;
    await until(isThere, 'the new name is followed');
  };
  /** Everything that has happened so far has been looked at, too. */
  const isExamined = async (): Promise<void> => {
    const [last, next] = [await createUser(), await createUser()];
    await createSession(last);
    await createSession(next);
    await stamp(last, app.clock.now());
    await ended(last);
    await removeToken(next);
    await usersAreFollowed();
    await until(async () => {
      app.clock.advance({ seconds: PAUSE_SECONDS });
      return (await history(next)).length === 1;
    }, 'the changes of tokens are looked at');
  };
  /** Exactly one ending and one record, of this program and of nobody. */
  const expectOnce = async (user: TestUser, sessionId: string): Promise<void> => {
    const shown = await history(user);
    expect(shown).toEqual([expect.objectContaining({ sessionId, userId: user.id })]);
    expect(shown[0]).toMatchObject({ reason: 'workspace', endedBy: null, ip: '192.0.2.7' });
    expect(await records(user)).toEqual([
      expect.objectContaining({
        t: 'session.ended',
        actor: { type: 'user' },
        data: expect.arrayContaining([
          { key: 'reason', value: 'workspace' },
          { key: 'sessionId', value: sessionId },
        ]) as unknown,
      }),
    ]);
    expect(await listed(user)).toBe(0);
  };

  beforeAll(async () => {
    other = await TestApp.start();
    app = await other.another(ON);
    admin = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
    await until(isReady, 'the index is ready');
    marker = await createUser();
    await createSession(marker);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await app.close();
    await other.close();
  });

  it('by stamping its documents leaves one ending, of the time that it says', async () => {
    const user = await createUser();
    const sessionId = await createSession(user);
    const logoutAt = new Date(app.clock.now().getTime() - 3000);
    await stamp(user, logoutAt);
    await ended(user);
    await expectOnce(user, sessionId);
    expect((await history(user))[0]?.endedAt).toBe(logoutAt.toISOString());
    // Rocket.Chat removes the token beside it.
    expect((await app.call('/api/v1/me', { headers: user.headers })).status).toBe(200);
  });

  it('by removing its token, its user or all tokens leaves one ending, and no list shows it', async () => {
    const [removed, deleted, emptied] = [
      await createUser(),
      await createUser(),
      await createUser(),
    ];
    const kept = await app.workspace.addLogin(removed);
    const ids = [
      await createSession(removed),
      await createSession(deleted),
      await createSession(emptied),
    ] as const;
    const keptId = await createSession(kept);
    await removeToken(removed);
    await users().deleteOne({ _id: deleted.id });
    await users().updateOne({ _id: emptied.id }, { $unset: { 'services.resume': '' } } as never);
    await isExamined();
    await ended(removed);
    await until(async () => (await listed(removed)) === 1, 'one is left');
    expect(await history(removed)).toMatchObject([{ sessionId: ids[0], reason: 'workspace' }]);
    for (const [user, id] of [
      [deleted, ids[1]],
      [emptied, ids[2]],
    ] as const) {
      await ended(user);
      await expectOnce(user, id);
    }
    const documents = await sessions().find({ sessionId: ids[1] }).toArray();
    expect(documents.map((one): unknown[] => [typeof one.logoutAt, one.logoutBy])).toEqual([
      ['object', undefined],
      ['object', undefined],
    ]);
    const spared = await sessions().find({ sessionId: keptId }).toArray();
    expect(spared.map((one) => one.logoutAt as unknown)).toEqual([undefined, undefined]);
  });

  it('at the same moment as a request of ours leaves one ending and one record', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, createUser));
    for (const user of all) await createSession(user);
    await Promise.all(
      all.flatMap((user, n) => [
        post('logout', user),
        n % 2 === 0 ? stamp(user, app.clock.now()) : removeToken(user),
      ]),
    );
    await isExamined();
    for (const user of all) {
      await ended(user);
      expect(await records(user)).toHaveLength(1);
    }
  });

  it('is told from those that we end, open, and take back', async () => {
    const [one, two, reset] = [await createUser(), await createUser(), await createUser()];
    for (const user of [one, two, reset]) await createSession(user);
    expect((await post('logout', one)).status).toBe(200);
    const twoId = (await sessions().findOne({ userId: two.id }))?.sessionId as unknown;
    expect((await post('sessions/logout', admin, { sessionId: twoId })).status).toBe(200);
    expect((await post('users.logout', reset)).status).toBe(200);

    const username = newId();
    const options = { roles: ['user'], totp: false, password: PASSWORD, fields: { username } };
    const owner = await app.workspace.createUser(options);
    const tokens = app.app.get<Model<unknown>>(getModelToken('User'), { strict: false });
    jest.spyOn(tokens, 'findOneAndUpdate').mockImplementationOnce(() => {
      throw new Error('power cut');
    });
    expect((await app.login({ user: username, password: PASSWORD })).status).toBe(500);
    expect((await app.login({ user: username, password: PASSWORD })).status).toBe(200);
    await isExamined();
    expect(await history(one)).toMatchObject([{ reason: 'logout' }]);
    expect(await history(two)).toMatchObject([{ reason: 'admin' }]);
    expect(await history(reset)).toMatchObject([{ reason: 'logout-all' }]);
    expect(await history(owner)).toEqual([]);
    expect(await listed(owner)).toBe(1);
  });

  it('is not taken for one when a slow request of ours removed the token first', async () => {
    const user = await createUser();
    await createSession(user);
    await removeToken(user);
    await usersAreFollowed();
    app.clock.advance({ seconds: PAUSE_SECONDS });
    const look = await createUser();
    await createSession(look);
    await stamp(look, app.clock.now());
    await ended(look);
    expect(await history(user)).toEqual([]);
    const token = { when: new Date(0), hashedToken: hashLoginToken(user.token) };
    await app.app
      .get(SessionLifecycle, { strict: false })
      .recordRevoked(user.id, [token], { by: user.id, reason: 'factor-changed' });
    await isExamined();
    expect(await history(user)).toMatchObject([
      { reason: 'factor-changed', endedBy: { _id: user.id } },
    ]);
  });

  it('is not taken for one when an earlier change is looked at before a request of ours says why', async () => {
    const user = await createUser();
    const sessionId = await createSession(user);
    // Somebody logs in, and a minute later a factor changes.
    await app.workspace.addLogin(user);
    await usersAreFollowed();
    app.clock.advance({ seconds: 59 });
    await removeToken(user);
    await usersAreFollowed();
    app.clock.advance({ seconds: 2 });
    await usersAreFollowed();
    expect(await history(user)).toEqual([]);
    const token = { when: new Date(0), hashedToken: hashLoginToken(user.token) };
    await app.app
      .get(SessionLifecycle, { strict: false })
      .recordRevoked(user.id, [token], { by: user.id, reason: 'factor-changed' });
    await isExamined();
    expect(await history(user)).toMatchObject([{ sessionId, reason: 'factor-changed' }]);
  });

  it('is found although its row comes late', async () => {
    const projector = app.app.get(SessionProjector, { strict: false });
    const project = projector.projectChanged.bind(projector);
    let goOn = (): void => undefined;
    const pause = new Promise<void>((resolve) => (goOn = resolve));
    jest.spyOn(projector, 'projectChanged').mockImplementation(async (changed) => {
      // Users are followed meanwhile.
      if ([changed.logins, changed.documents, changed.removed].some((one) => one?.length))
        await pause;
      await project(changed);
    });
    const user = await createUser();
    const document = { userId: user.id, loginToken: hashLoginToken(user.token) };
    const { sessionId } = await app.workspace.createSession(document);
    await removeToken(user);
    await usersAreFollowed();
    // So long the follower may have been at the end of its streams a moment ago.
    await wait(3500);
    app.clock.advance({ seconds: PAUSE_SECONDS });
    await usersAreFollowed();
    await usersAreFollowed();
    expect(await rows().countDocuments({ sessionId })).toBe(0);
    goOn();
    await until(async () => (await rows().countDocuments({ sessionId })) === 1, 'it has its row');
    await until(async () => {
      app.clock.advance({ seconds: PAUSE_SECONDS });
      return (await history(user)).length === 1;
    }, 'its ending is found');
    await expectOnce(user, String(sessionId));
  });

  it.each(['ending', 'record'] as const)(
    'leaves one when the follower dies before it stores the %s',
    async (what) => {
      const user = await createUser();
      const sessionId = await createSession(user);
      const breaking = (target: Inserting, method: string): jest.SpyInstance => {
        const insert = target[method]?.bind(target);
        if (!insert) throw new Error(`There is no ${method}.`);
        const failing = jest.spyOn(target, method).mockImplementation((...args) => {
          if (!JSON.stringify(args).includes(sessionId)) return insert(...args);
          failing.mockImplementation(insert);
          throw new Error('power cut');
        });
        return failing;
      };
      const endings = app.app.get<Model<unknown>>(getModelToken('SessionEnding'), {
        strict: false,
      });
      const records = app.app.get(AuditRecordsRepository, { strict: false });
      const failing =
        what === 'ending'
          ? breaking(endings.collection as never, 'insertMany')
          : breaking(records as never, 'insert');
      await stamp(user, app.clock.now());
      await ended(user);
      await expectOnce(user, sessionId);
      expect(failing.mock.results.filter(({ type }) => type === 'throw')).toHaveLength(1);
    },
  );

  it('while its history is lost leaves one', async () => {
    await until(isReady, 'the index is ready');
    const user = await createUser();
    const sessionId = await createSession(user);
    await app.close();
    const record = other.workspace.db.collection('ws_session_index');
    const position = { _data: Buffer.from('a position of another database').toString('hex') };
    await record.updateOne({}, { $set: { 'positions.users': position } });
    await stamp(user, app.clock.now());
    app = await other.another(ON);
    await ended(user);
    await expectOnce(user, sessionId);
  });
});
