import { hashLoginToken } from '../../../src/auth/login-token';
import { SessionLifecycle } from '../../../src/session-lifecycle/session-lifecycle.service';
import { TestApp } from '../../support/app';
import { Preview } from '../../support/bulk-scene';
import { describeOn } from '../../support/database';
import { IndexScene, Question, shown } from '../../support/index-scene';
import { KillSwitch } from '../../support/kill-switch';
import { until } from '../../support/until';
import { newId, TestUser } from '../../support/workspace';

const WHOLE: Question = { order: [['loginAt', -1]], filter: '', count: 100 };
const ON = { SESSION_INDEX: 'auto' };
const BULK = 'sessions/logout.bulk';
const ACTS = ['login', 'logout', 'users.logoutOtherClients', BULK] as const;
const PASSWORD = 'correct horse battery staple';
/** What docs/adr/0035 says, and as much again for a busy machine. */
const APPEARS_MS = 2 * 2000;
const RECOVERS_MS = 2 * 10_000;

const onEngine = describeOn('server', 'the index while processes are killed');

onEngine('the index while processes are killed', () => {
  /** Owns the database; what it writes by itself, another program writes. */
  let other: TestApp;
  let first: TestApp;
  let second: TestApp;
  let follower: KillSwitch;
  let switchOfSecond: KillSwitch;
  let scene: IndexScene;

  const sessions = () => other.workspace.db.collection('rocketchat_sessions');
  const users = () => other.workspace.db.collection<{ _id: string }>('users');
  const createUser = (): Promise<TestUser> =>
    other.workspace.createUser({ password: PASSWORD, totp: false, roles: [] });
  const createSession = (user: TestUser): Promise<Record<string, unknown>> =>
    other.workspace.createSession({ userId: user.id, loginToken: hashLoginToken(user.token) });
  const rows = () => other.workspace.db.collection('ws_live_sessions');
  /** Both the rows as they are stored, before a list could mend them, and the list. */
  const isExact = async (): Promise<boolean> => {
    const reference = shown(await scene.aggregated(WHOLE));
    const stored = await rows()
      .find({ token: { $gt: '' } })
      .sort({ 'at.loginAt': -1 })
      .toArray();
    const isShown = stored.map(({ sessionId, claim }) => [sessionId as unknown, claim as unknown]);
    const expected = reference.rows.map(({ sessionId }) => [sessionId, undefined]);
    if (JSON.stringify(isShown) !== JSON.stringify(expected)) return false;
    const answer = await scene.index.list({ ...WHOLE, offset: 0 });
    return answer !== undefined && JSON.stringify(shown(answer)) === JSON.stringify(reference);
  };
  const untilExact = (): Promise<void> => until(isExact, 'the index is exact');

  beforeAll(async () => {
    other = await TestApp.start();
    first = await other.another(ON);
    await until(() => new IndexScene(first).status.isFollowing, 'the first one follows');
    second = await other.another(ON);
    scene = new IndexScene(second);
    follower = new KillSwitch(first);
    switchOfSecond = new KillSwitch(second);
    await until(() => scene.status.isUsable, 'the second one uses the index');
  });
  afterAll(async () => {
    follower.resume();
    await first.close();
    await second.close();
    await other.close();
  });

  it('shows soon what other programs open, rename and delete', async () => {
    const [user, name] = [await createUser(), newId()];
    const untilRows = async (filter: object, count: number): Promise<number> => {
      const begun = performance.now();
      const isSo = async (): Promise<boolean> => (await rows().countDocuments(filter)) === count;
      await until(isSo, 'the row is as the documents say');
      return performance.now() - begun;
    };
    const { _id, sessionId } = await createSession(user);
    const opened = await untilRows({ sessionId, claim: null }, 1);
    await users().updateOne({ _id: user.id }, { $set: { name } as object });
    const renamed = await untilRows({ '_user.name': name }, 1);
    await sessions().deleteOne({ _id: _id as never });
    const removed = await untilRows({ token: hashLoginToken(user.token) }, 0);
    expect(Math.max(opened, renamed, removed)).toBeLessThan(APPEARS_MS);
  });

  it('is right soon after a process was killed between any two writes', async () => {
    const post = (path: string, body: object, { headers = {} }: Partial<TestUser> = {}) =>
      second.call(`/api/v1/${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const admin = await other.workspace.createUser({
      personalAccessToken: { bypassTwoFactor: true },
    });
    /** What ends the sessions of this user in bulk; the index shows them. */
    const bulkOf = async ({ id }: TestUser): Promise<object> => {
      await untilExact();
      const selector = { userIds: [id] };
      const { body } = await post(BULK, { selector, dryRun: true }, admin);
      expect(body).toMatchObject({ matched: 3 });
      return { selector, confirm: (body as Preview).confirm };
    };
    const bodyOf = async (what: (typeof ACTS)[number], user: TestUser): Promise<object> => {
      if (what === 'login') return { user: `user-${user.id}`, password: PASSWORD };
      return what === BULK ? bulkOf(user) : {};
    };
    const all: TestUser[] = [];
    const killed: Record<string, number> = {};
    for (const what of ACTS) {
      for (let writes = 0; ; writes++) {
        const user = await createUser();
        const logins = what === 'login' ? [] : [user];
        if (what === 'users.logoutOtherClients' || what === BULK) {
          logins.push(await other.workspace.addLogin(user), await other.workspace.addLogin(user));
        }
        for (const login of logins) await createSession(login);
        all.push(...logins);
        const body = await bodyOf(what, user);
        switchOfSecond.killAfter(writes);
        await post(what, body, what === BULK ? admin : logins[0]);
        await second.settled();
        const { isKilled } = switchOfSecond;
        switchOfSecond.revive();
        if (!isKilled) break;
        killed[what] = writes + 1;
      }
    }
    // A row that is contended takes more writes. Fewer: the switch does not see them all.
    expect(Object.keys(killed)).toHaveLength(ACTS.length);
    expect(Math.min(...Object.values(killed))).toBeGreaterThanOrEqual(7);
    const begun = performance.now();
    await untilExact();
    expect(performance.now() - begun).toBeLessThan(RECOVERS_MS);

    await first.app.get(SessionLifecycle, { strict: false }).completePending();
    await untilExact();
    for (const user of all) {
      const hashedToken = hashLoginToken(user.token);
      const isHeld = await users().findOne({
        'services.resume.loginTokens.hashedToken': hashedToken,
      });
      const [document] = await sessions().find({ loginToken: hashedToken }).toArray();
      const endings = await other.workspace.db
        .collection('ws_session_endings')
        .countDocuments({ sessionId: document?.sessionId as string });
      expect([isHeld !== null, document?.logoutAt !== undefined, endings]).toEqual(
        isHeld ? [true, false, 0] : [false, true, 1],
      );
    }
  });

  it('shows only what is live while its follower stands still, and is taken over', async () => {
    const [kept, ended, deleted] = [await createUser(), await createUser(), await createUser()];
    for (const user of [kept, ended, deleted]) await createSession(user);
    await untilExact();
    second.log.lines.length = 0;
    follower.pause();
    const begun = performance.now();
    await createSession(await createUser());
    await sessions().updateMany({ userId: ended.id }, { $set: { logoutAt: second.clock.now() } });
    await sessions().deleteMany({ userId: deleted.id });
    await users().updateOne({ _id: kept.id }, { $set: { name: newId() } as object });
    await until(async () => {
      const live = shown(await scene.aggregated(WHOLE)).rows.map((row) => JSON.stringify(row));
      const page = await scene.index.list({ ...WHOLE, offset: 0 });
      const listed = page ? shown(page).rows.map((row) => JSON.stringify(row)) : [];
      expect(live).toEqual(expect.arrayContaining(listed));
      return scene.status.isFollowing;
    }, 'the second one has taken over');
    await untilExact();
    expect(performance.now() - begun).toBeLessThan(RECOVERS_MS);

    // It wakes with what it has read before; its lease is gone.
    follower.resume();
    await until(() => !new IndexScene(first).status.isFollowing, 'the first one has noticed');
    expect(await isExact()).toBe(true);
    expect(scene.status.isFollowing).toBe(true);
    // It went on where the other one was.
    expect(second.log.lines.join('\n')).not.toContain('being built');
  });
});
