import { hashLoginToken } from '../../../src/auth/login-token';
import {
  SELECTION_LIMITS,
  SelectedSessions,
} from '../../../src/session-selection/selected-sessions.service';
import { BulkScene, SOURCES } from '../../support/bulk-scene';
import { describeCommand, expectIndexed } from '../../support/explain';
import { invalidParameters, NOT_LOGGED_IN, typedRefusal } from '../../support/expectations';
import { newId, TestUser } from '../../support/workspace';

const SECOND = 1000;
const CONFIRMATION_REQUIRED = typedRefusal('Confirmation required [error-confirmation-required]');

describe.each(SOURCES)('POST /api/v1/sessions/logout.bulk, from %s', (source) => {
  let scene: BulkScene;

  const at = (seconds: number): Date =>
    new Date(scene.app.clock.now().getTime() + seconds * SECOND);
  const isUsable = async ({ headers }: TestUser): Promise<boolean> =>
    (await scene.app.call('/api/v1/me', { headers })).status === 200;

  beforeAll(async () => {
    scene = await BulkScene.start(source);
  });
  beforeEach(() => scene.clear());
  afterAll(() => scene.app.close());

  // First: an index that has held a list never serves as before.
  it('sends a number of commands that does not grow with the sessions, each through an index', async () => {
    const { app } = scene;
    const SELECTOR = { host: 'target.example.com' };
    // A planner may skip the index of a collection that fits on a page.
    await scene.createMany(300);
    await scene.createMany(60, SELECTOR);
    const selector = { ...SELECTOR, ip: '192.0.2.0/24', filter: 'firefox' };
    const commands = await app.commandsDuring(async () => {
      await scene.preview(selector);
      await scene.preview({ usernames: [`user-${scene.admin.id}`] });
      const { confirm } = await scene.preview(SELECTOR);
      app.clock.advance({ seconds: 1 });
      await scene.createSession();
      expect(await scene.end(SELECTOR, confirm)).toMatchObject({ ended: 60 });
      await app.settled();
    });
    for (const command of commands) await expectIndexed(app.workspace.db, command);
    const names = commands.map(describeCommand);
    const count = (name: string): number => names.filter((one) => one === name).length;
    expect(count('insert ws_session_endings')).toBe(1);
    expect(count('update users')).toBe(1);
    // Of fifty logins each.
    expect(count('update rocketchat_sessions')).toBe(2);
    expect(names.length).toBeLessThan(50);
  });

  it.each([
    ['x', 1000, true],
    ['x', 1001, false],
    // Two UTF-16 units each.
    ['\u{1f600}', 600, true],
    ['\u{1f600}', 1000, true],
    ['\u{1f600}', 1001, false],
  ])('takes as a filter %s, %d times, as list.all does: %j', async (letter, times, isTaken) => {
    await scene.createSession({ device: { name: letter.repeat(1001) } });
    const filter = letter.repeat(times);
    const path = `/api/v1/sessions/list.all?${new URLSearchParams({ filter }).toString()}`;
    const listed = await scene.app.call(path, { headers: scene.admin.headers });
    expect(listed).toMatchObject({ status: 200, body: { total: isTaken ? 1 : 0 } });
    const selected = await scene.post({ selector: { filter }, dryRun: true });
    expect(selected).toMatchObject(
      isTaken
        ? { status: 200, body: { matched: 1 } }
        : invalidParameters('must NOT have more than 1000 characters'),
    );
  });

  describe('selects by', () => {
    /** Names of sessions, and what distinguishes each from the others. */
    const PEOPLE: Record<string, Record<string, unknown>> = {
      phone: { device: { type: 'mobile-app', name: 'RC Mobile', os: { name: 'iOS' } } },
      desk: { host: 'desk.example.com', ip: '10.1.2.3' },
      mapped: { ip: '::ffff:10.1.2.4' },
      six: { ip: '2001:DB8:0:0::7' },
      bare: { device: undefined, host: undefined, ip: undefined, loginAt: undefined },
      odd: { device: 'text', ip: 'unknown', loginAt: null },
    };
    const ALL = Object.keys(PEOPLE);
    const WITH_FIREFOX = ['desk', 'mapped', 'six'];

    it.each<[object, string[]]>([
      [{ deviceType: 'mobile-app' }, ['phone']],
      [{ deviceType: 'mobile' }, []],
      [{ deviceName: 'Firefox' }, WITH_FIREFOX],
      [{ deviceName: 'firefox' }, []],
      [{ osName: 'iOS' }, ['phone']],
      [{ host: 'desk.example.com' }, ['desk']],
      [{ host: 'example.com' }, []],
      [{ filter: 'FIREFOX' }, WITH_FIREFOX],
      [{ filter: 'desk.ex' }, ['desk']],
      [{ filter: 'desk.*' }, []],
      [{ filter: 'user-of-six' }, ['six']],
      [{ usernames: ['user-of-six', 'user-of-bare', 'nobody'] }, ['six', 'bare']],
      [{ usernames: ['USER-of-six'] }, []],
      [{ userIds: ['id-of-phone', 'nobody'] }, ['phone']],
      [{ sessionIds: ['session-of-odd', 'session-of-desk'] }, ['odd', 'desk']],
      [{ ip: '10.1.2.3' }, ['desk']],
      [{ ip: '::ffff:10.1.2.3' }, ['desk']],
      [{ ip: '10.1.0.0/16' }, ['desk', 'mapped']],
      [{ ip: '::ffff:10.1.0.0/112' }, ['desk', 'mapped']],
      [{ ip: '10.1.2.4/32' }, ['mapped']],
      [{ ip: '0.0.0.0/0' }, ['phone', 'desk', 'mapped']],
      [{ ip: '2001:db8::/32' }, ['six']],
      [{ ip: '2001:0db8::7' }, ['six']],
      [{ ip: '::/0' }, ['six']],
      [{ ip: '192.168.0.0/16' }, []],
      [{ loginBefore: '2100-01-01' }, ['phone', 'desk', 'mapped', 'six']],
      [{ loginAfter: '2100-01-01' }, []],
      [{ filter: 'user-of', deviceType: 'browser', ip: '10.0.0.0/8' }, ['desk', 'mapped']],
      [{ userIds: ['id-of-desk'], usernames: ['user-of-six'] }, []],
      [{ userIds: ['id-of-desk'], sessionIds: ['session-of-desk'] }, ['desk']],
      [{ sessionIds: ['session-of-desk'], userIds: ['id-of-six'] }, []],
    ])('%j', async (selector, expected) => {
      for (const [name, fields] of Object.entries(PEOPLE)) {
        await scene.app.workspace.db
          .collection<{ _id: string }>('users')
          .updateOne(
            { _id: `id-of-${name}` },
            { $set: { username: `user-of-${name}` } },
            { upsert: true },
          );
        const ids = { sessionId: `session-of-${name}`, userId: `id-of-${name}` };
        await scene.createSession({ ...ids, loginAt: at(-60), ...fields });
      }
      const wanted = expected.map((name) => `session-of-${name}`).sort();
      const { matched, users, sessions, confirm } = await scene.preview(selector);
      expect(sessions.map(({ sessionId }) => sessionId).sort()).toEqual(wanted);
      expect([matched, users]).toEqual([wanted.length, wanted.length]);
      expect(await scene.end(selector, confirm)).toEqual({
        matched: wanted.length,
        ended: wanted.length,
        remaining: 0,
        success: true,
      });
      const others = ALL.map((name) => `session-of-${name}`).filter((id) => !wanted.includes(id));
      expect(await scene.live()).toEqual(others.sort());
      expect((await scene.endings()).map(({ sessionId }) => sessionId).sort()).toEqual(wanted);
    });
  });

  it('takes the time of a login as from its beginning to before its end', async () => {
    const ids = [];
    for (const seconds of [-30, -20, -10]) {
      ids.push(await scene.createSession({ loginAt: at(seconds) }));
    }
    const selector = { loginAfter: at(-20).toISOString(), loginBefore: at(-10).toISOString() };
    const { sessions } = await scene.preview(selector);
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual([ids[1]]);
  });

  it('finds a session by the id that it had before its client reconnected', async () => {
    const user = await scene.createUser({ loginAt: at(-60) });
    const loginToken = hashLoginToken(user.token);
    await scene.createSession({ userId: user.id, loginToken, loginAt: at(-10) });
    expect((await scene.preview({ sessionIds: [user.sessionId] })).matched).toBe(1);
  });

  it('ends tokens and documents before it answers, with the reason in history and audit', async () => {
    const user = await scene.createUser({ host: 'ended.example.com' });
    const selector = { host: 'ended.example.com' };
    const { confirm } = await scene.preview(selector);
    expect(await isUsable(user)).toBe(true);
    await scene.end(selector, confirm, { reason: 'lost laptop' });
    expect(await isUsable(user)).toBe(false);
    expect(await scene.endings()).toEqual([
      expect.objectContaining({
        sessionId: user.sessionId,
        userId: user.id,
        endedBy: scene.admin.id,
        reason: 'bulk',
        note: 'lost laptop',
      }),
    ]);
    expect((await scene.records()).get(user.sessionId)).toEqual([
      expect.objectContaining({
        result: 'ok',
        by: scene.admin.id,
        userId: user.id,
        reason: 'bulk',
        note: 'lost laptop',
        route: 'POST /api/v1/sessions/logout.bulk',
      }),
    ]);
  });

  it('shows the ten newest rows as list.all does', async () => {
    const ids = await scene.createMany(12, { ip: '203.0.113.9' });
    const named = await scene.createUser({ ip: '203.0.113.9' });
    const { matched, users, sessions } = await scene.preview({ ip: '203.0.113.9' });
    expect([matched, users]).toEqual([13, 13]);
    const path = `/api/v1/sessions/list.all?count=10&filter=203.0.113.9`;
    const list = await scene.app.call(path, { headers: scene.admin.headers });
    expect(sessions).toEqual((list.body as { sessions: object[] }).sessions);
    const shown = [named.sessionId, ...ids.slice(3).reverse()];
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual(shown);
  });

  it('leaves sessions alone that began after the dry run, and ends those that came back', async () => {
    const ip = '203.0.113.1';
    const staying = await scene.createUser({ ip });
    const coming = await scene.createUser({ ip });
    const { confirm } = await scene.preview({ ip });
    scene.app.clock.advance({ seconds: 5 });
    const later = await scene.createUser({ ip });
    // Another document of the same login: its client has reconnected.
    const again = { userId: coming.id, loginToken: hashLoginToken(coming.token), ip };
    await scene.createSession({ ...again, loginAt: scene.app.clock.now() });
    expect(await scene.end({ ip }, confirm)).toMatchObject({ matched: 2, ended: 2, remaining: 0 });
    expect(await Promise.all([staying, coming, later].map(isUsable))).toEqual([false, false, true]);
    expect(await scene.end({ ip }, confirm)).toMatchObject({ matched: 0, ended: 0, remaining: 0 });
    expect(await isUsable(later)).toBe(true);
  });

  it('asks for another dry run when too many have logged in since to tell who has come back', async () => {
    scene.app.onOneInstance('its limit is replaced');
    const limit = jest.replaceProperty(SELECTION_LIMITS, 'resumed', 1);
    const ip = '203.0.113.5';
    const user = await scene.createUser({ ip });
    const { confirm } = await scene.preview({ ip });
    scene.app.clock.advance({ seconds: 5 });
    for (let n = 0; n < 2; n++) await scene.createUser({ ip });
    expect(await scene.post({ selector: { ip }, confirm })).toMatchObject(CONFIRMATION_REQUIRED);
    expect(await isUsable(user)).toBe(true);
    limit.restore();
    expect(await scene.end({ ip }, confirm)).toMatchObject({ matched: 1, ended: 1, remaining: 0 });
  });

  it('ends those that come back while a call is under way', async () => {
    const { app } = scene;
    app.onOneInstance('a statement of one is delayed');
    const ip = '203.0.113.4';
    const user = await scene.createUser({ ip });
    const { confirm } = await scene.preview({ ip });
    app.clock.advance({ seconds: 5 });
    const selected = app.app.get(SelectedSessions, { strict: false });
    const page = selected.page.bind(selected);
    jest.spyOn(selected, 'page').mockImplementationOnce(async (...asked) => {
      const found = await page(...asked);
      const again = { userId: user.id, loginToken: hashLoginToken(user.token), ip };
      await scene.createSession({ ...again, loginAt: app.clock.now() });
      return found;
    });
    expect(await scene.end({ ip }, confirm)).toMatchObject({ matched: 1, ended: 1, remaining: 0 });
    expect(await isUsable(user)).toBe(false);
  });

  it("spares the caller's own session unless told otherwise", async () => {
    const admin = await scene.app.workspace.createUser({ totp: false, password: 'correct horse' });
    admin.headers = { ...admin.headers, 'x-2fa-method': 'password' };
    admin.headers['x-2fa-code'] = 'correct horse';
    const own = { userId: admin.id, loginToken: hashLoginToken(admin.token) };
    await scene.createSession(own);
    const other = await scene.app.workspace.addLogin(admin);
    await scene.createSession({ ...own, loginToken: hashLoginToken(other.token) });
    const selector = { userIds: [admin.id] };
    const { matched, confirm } = await scene.preview(selector, admin);
    expect(matched).toBe(1);
    expect(await scene.end(selector, confirm, {}, admin)).toMatchObject({ ended: 1, remaining: 0 });
    expect([await isUsable(other), await isUsable(admin)]).toEqual([false, true]);
    expect(await scene.end(selector, confirm, { includeOwn: true }, admin)).toMatchObject({
      matched: 1,
      ended: 1,
      remaining: 0,
    });
    expect(await scene.post({ selector, dryRun: true }, admin)).toMatchObject(NOT_LOGGED_IN);
  });

  it('ends what other programs wrote oddly, once each', async () => {
    const holder = await scene.createUser();
    await scene.clear();
    const loginToken = hashLoginToken(holder.token);
    await scene.createSession({ userId: undefined, loginToken, host: 'odd.example.com' });
    await scene.createSession({ userId: '', host: 'odd.example.com' });
    await scene.createSession({ sessionId: ['listed'], host: 'odd.example.com' });
    await scene.createSession({ loginToken: ['listed'], host: 'odd.example.com' });
    const selector = { host: 'odd.example.com' };
    const { matched, confirm } = await scene.preview(selector);
    expect(matched).toBe(2);
    expect(await scene.end(selector, confirm)).toMatchObject({ matched: 2, remaining: 0 });
    expect(await isUsable(holder)).toBe(false);
    expect(await scene.end(selector, confirm)).toMatchObject({ matched: 0, remaining: 0 });
  });

  it('takes no list for an address, and no empty id for one', async () => {
    const ip = '203.0.113.6';
    const user = await scene.createUser({ ip, loginAt: at(-10) });
    const login = { userId: user.id, loginToken: hashLoginToken(user.token) };
    await scene.createSession({ ...login, sessionId: '', loginAt: at(-60) });
    await scene.createSession({ ip: [ip] });
    await scene.createSession({ ip: [ip, 'x'] });
    expect((await scene.preview({ ip })).sessions).toMatchObject([{ sessionId: user.sessionId }]);
    expect((await scene.preview({ ip })).matched).toBe(1);
    expect((await scene.preview({ sessionIds: [''] })).matched).toBe(0);
  });

  it("does not touch another user's login whose token hash somebody's document carries", async () => {
    const victim = await scene.createUser();
    const thief = newId();
    await scene.createSession({ userId: thief, loginToken: hashLoginToken(victim.token) });
    const { matched, confirm } = await scene.preview({ userIds: [thief] });
    expect(matched).toBe(1);
    await scene.end({ userIds: [thief] }, confirm);
    expect(await isUsable(victim)).toBe(true);
    expect(await scene.live()).toEqual([victim.sessionId]);
  });

  it('does not end what ended by itself meanwhile, even if the index has not seen it', async () => {
    const [first = '', ...others] = await scene.createMany(5, { ip: '203.0.113.2' });
    const { confirm } = await scene.preview({ ip: '203.0.113.2' });
    await scene.app.workspace.db
      .collection('rocketchat_sessions')
      .updateMany({ sessionId: first }, { $set: { logoutAt: scene.app.clock.now() } });
    expect(await scene.end({ ip: '203.0.113.2' }, confirm)).toMatchObject({
      matched: 4,
      ended: 4,
      remaining: 0,
    });
    expect((await scene.endings()).map(({ sessionId }) => sessionId).sort()).toEqual(others.sort());
  });

  // Once is enough: how many go together does not depend on where they were found.
  if (source === SOURCES[0])
    it('ends 1,000 at most, the oldest login first, until none is left', async () => {
      const ids = await scene.createMany(1203, { ip: '203.0.113.3' });
      const selector = { ip: '203.0.113.0/24' };
      const { matched, users, confirm } = await scene.preview(selector);
      expect([matched, users]).toEqual([1203, 1203]);
      expect(await scene.end(selector, confirm)).toMatchObject({
        matched: 1203,
        ended: 1000,
        remaining: 203,
      });
      expect(await scene.live()).toEqual(ids.slice(1000).sort());
      expect(await scene.end(selector, confirm)).toMatchObject({
        matched: 203,
        ended: 203,
        remaining: 0,
      });
      const endings = await scene.endings();
      expect(endings.map(({ sessionId }) => sessionId).sort()).toEqual([...ids].sort());
      expect(endings.filter(({ pending }) => pending)).toEqual([]);
      const records = await scene.records();
      expect(ids.map((id) => records.get(id)?.length)).toEqual(ids.map(() => 1));
    });
});
