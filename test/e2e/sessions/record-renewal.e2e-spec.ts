import { getModelToken } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { TestApp } from '../../support/app';
import { describeCommand, expectIndexed } from '../../support/explain';
import { runNightlyJobs } from '../../support/nightly-jobs';
import { ENV, PASSWORD, RenewalScene } from '../../support/renewal-scene';
import { newId, TestUser } from '../../support/workspace';

const HOUR = 60 * 60;
const DAY = 24 * HOUR;
const AGENT = 'curl/8.1.2';

const FIND = 'find rocketchat_sessions';
const RENEW = 'findAndModify rocketchat_sessions';
const CREATE = 'update rocketchat_sessions';

describe('the session document of a used login', () => {
  let app: TestApp;
  let scene: RenewalScene;

  beforeAll(async () => {
    scene = await RenewalScene.start();
    ({ app } = scene);
  });
  beforeEach(async () => {
    await scene.sessions().deleteMany({});
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => app.close());

  it('stays listed while the token is valid, despite the nightly jobs of the workspace', async () => {
    const user = await app.workspace.createUser({ password: PASSWORD, totp: false });
    const client = await scene.login(user);
    const first = await scene.listOf(client);
    expect(first).toHaveLength(1);
    for (let day = 1; day <= 60; day++) {
      app.clock.advance({ seconds: DAY });
      await runNightlyJobs(app.workspace.db, app.clock.now());
      if (day % 7 === 0) await scene.use(client);
    }
    expect(await scene.sessions().countDocuments({ userId: user.id })).toBe(1);
    expect(await scene.listOf(client)).toEqual(first);
    const end = await app.call('/api/v1/sessions/logout.me', {
      method: 'POST',
      headers: { ...client.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ sessionId: first[0] }),
    });
    expect(end.status).toBe(200);
    expect((await scene.use(client)).status).toBe(401);
  });

  it('is not copied like that of an open socket, and expires when the token is not used', async () => {
    const user = await app.workspace.createUser({ password: PASSWORD, totp: false });
    await scene.login(user);
    const [session] = await scene.sessions().find({ userId: user.id }).toArray();
    expect(session).toMatchObject({
      type: 'session',
      closedAt: app.clock.now(),
      lastActivityAt: app.clock.now(),
    });
    for (let day = 1; day <= 47; day++) {
      app.clock.advance({ seconds: DAY });
      await runNightlyJobs(app.workspace.db, app.clock.now());
      const left = day === 46 || day === 47 ? [await scene.sessions().countDocuments()] : [];
      expect(left).toEqual(day === 46 ? [1] : day === 47 ? [0] : []);
    }
  });

  it('is renewed as a document of today, with nothing else changed', async () => {
    const user = await scene.userLoggedIn(30);
    const sessionId = await scene.createSession(user, 30, {
      type: 'computed-session',
      _computedAt: scene.daysAgo(29),
    });
    const [before] = await scene.sessionsOf(user);
    await scene.use(user, { 'user-agent': AGENT });
    const now = app.clock.now();
    const { _computedAt: gone, ...rest } = before as Record<string, unknown>;
    expect(gone).toEqual(scene.daysAgo(29));
    expect(await scene.sessionsOf(user)).toEqual([
      {
        ...rest,
        type: 'session',
        year: now.getUTCFullYear(),
        month: now.getUTCMonth() + 1,
        day: now.getUTCDate(),
        closedAt: now,
        lastActivityAt: now,
        _updatedAt: now,
      },
    ]);
    expect(await scene.listOf(user)).toEqual([sessionId]);
  });

  it('is created from the current request when it has been removed', async () => {
    const user = await scene.userLoggedIn(60);
    expect(await scene.listOf(user)).toEqual([]);
    await scene.use(user);
    const [session, ...others] = await scene.sessionsOf(user);
    expect(others).toEqual([]);
    await scene.sessions().deleteMany({});
    app.clock.advance({ seconds: DAY });
    const headers = { 'user-agent': AGENT, host: 'chat.example.com:8443' };
    await scene.use(user, headers);
    const [again] = await scene.sessionsOf(user);
    const now = app.clock.now();
    expect(again).toEqual({
      ...session,
      _id: expect.stringMatching(/^[\w-]{17}$/) as string,
      sessionId: expect.stringMatching(/^\w{17}$/) as string,
      host: 'chat.example.com:8443',
      ip: '127.0.0.1',
      device: {
        type: 'other',
        name: 'curl',
        longVersion: '8.1.2',
        os: { name: '', version: '' },
        version: '8.1.2',
      },
      loginAt: new Date(now.getTime() - 61 * DAY * 1000),
      searchTerm: `curlother${again?.sessionId ?? ''}${user.id}`,
      ...{ createdAt: now, closedAt: now, lastActivityAt: now, _updatedAt: now },
      ...{ year: now.getUTCFullYear(), month: now.getUTCMonth() + 1, day: now.getUTCDate() },
    });
    expect(again?._id).not.toBe(session?._id);
    expect(await scene.listOf(user)).toEqual([again?.sessionId]);
  });

  it.each<[string, number, object, string[]]>([
    ['a document that is due', 2, {}, [RENEW]],
    ['a document that another process has renewed', 0.5, {}, [RENEW, FIND]],
  ])(
    'costs only the necessary commands for %s, and none on the same day',
    async (_case, days, fields, expected) => {
      app.onOneInstance('each process remembers what it has renewed');
      const user = await scene.userLoggedIn(20);
      await scene.createSession(user, days, fields);
      expect((await scene.commandsOf(() => scene.use(user))).slice(1)).toEqual(expected);
      for (const hours of [0, 1, 22]) {
        app.clock.advance({ seconds: hours * HOUR });
        expect((await scene.commandsOf(() => scene.use(user))).slice(1)).toEqual([]);
      }
      app.clock.advance({ seconds: HOUR });
      expect((await scene.commandsOf(() => scene.use(user))).slice(1)[0]).toBe(RENEW);
    },
  );

  it('costs four indexed commands when it has been removed', async () => {
    await Promise.all(Array.from({ length: 300 }, () => app.workspace.createSession()));
    const user = await scene.userLoggedIn(60);
    const commands = await app.commandsDuring(() => scene.use(user));
    const renewing = commands.slice(1);
    expect(renewing.map(describeCommand)).toEqual([RENEW, FIND, CREATE, 'find users']);
    for (const command of renewing) await expectIndexed(app.workspace.db, command);
  });

  it('fails no request when it cannot be renewed, is retried later, and is logged once', async () => {
    const user = await scene.userLoggedIn(60);
    const collection = app.partOf<Model<unknown>>(getModelToken('Session')).collection;
    const broken = jest
      .spyOn(collection, 'findOneAndUpdate')
      .mockRejectedValue(new Error(`no disk for ${user.token}`));
    expect((await scene.use(user)).status).toBe(200);
    expect((await scene.use(user)).status).toBe(200);
    expect(broken).toHaveBeenCalledTimes(1);
    const logged = app.log.lines.filter((line) =>
      line.includes('Renewing the session document of a login'),
    );
    expect(logged).toHaveLength(1);
    expect(logged[0]).not.toContain('disk');
    broken.mockRestore();
    app.clock.advance({ seconds: 5 * 60 });
    await scene.use(user);
    expect(await scene.listOf(user)).toHaveLength(1);
  });

  it('is renewed once by 100 parallel requests', async () => {
    app.onOneInstance('each process remembers what it has renewed');
    const user = await scene.userLoggedIn(60);
    const another = await scene.userLoggedIn(60);
    await scene.createSession(another, 50);
    const commands = await scene.commandsOf(async () => {
      await Promise.all(
        Array.from({ length: 100 }, (_, n) => scene.use(n % 2 === 0 ? user : another)),
      );
    });
    expect(commands.filter((name) => name === RENEW)).toHaveLength(2);
    expect(commands.filter((name) => name === CREATE)).toHaveLength(1);
    expect(await scene.sessionsOf(user)).toHaveLength(1);
    expect(await scene.sessionsOf(another)).toHaveLength(1);
  });

  it('is created once when two processes find it missing in parallel', async () => {
    const other = await app.another(ENV);
    for (let round = 0; round < 10; round++) {
      const user = await scene.userLoggedIn(60);
      await Promise.all([scene.use(user), scene.use(user, {}, other)]);
      expect(await scene.sessionsOf(user)).toHaveLength(1);
    }
    await other.close();
  });

  it('is created by a login that resumes the token', async () => {
    const user = await scene.userLoggedIn(60);
    await app.login({ resume: user.token }, { 'user-agent': AGENT });
    await app.settled();
    expect(await scene.sessionsOf(user)).toMatchObject([{ device: { name: 'curl' } }]);
  });

  it.each<[string, () => Promise<TestUser>]>([
    ['a login of today', () => scene.userLoggedIn(0.9)],
    [
      'a personal access token',
      () => scene.userLoggedIn(60, { personalAccessToken: { bypassTwoFactor: false } }),
    ],
    ['an expired token', () => scene.userLoggedIn(401)],
    ['a deactivated user', () => scene.userLoggedIn(60, { active: false })],
  ])('is neither renewed nor created by %s', async (_case, create) => {
    const user = await create();
    const commands = await scene.commandsOf(() => scene.use(user));
    const ofTheUse = ['find users', 'update ws_token_uses'];
    expect(commands.filter((name) => !ofTheUse.includes(name))).toEqual([]);
    expect(await scene.sessionsOf(user)).toEqual([]);
  });

  it('stores no more of the client than a login does', async () => {
    const user = await scene.userLoggedIn(60);
    await scene.use(user, { 'user-agent': `${'x'.repeat(5000)}/1.0`, host: 'h'.repeat(5000) });
    const [session] = await scene.sessionsOf(user);
    expect(JSON.stringify(session).length).toBeLessThan(1500);
  });

  describe('written by other programs', () => {
    it('is renewed when it is the newest of several', async () => {
      const user = await scene.userLoggedIn(30);
      const old = await scene.createSession(user, 30);
      const newest = await scene.createSession(user, 10, {
        type: 'computed-session',
        _computedAt: scene.daysAgo(9),
      });
      await scene.createSession(user, 5, { sessionId: undefined });
      await scene.createSession(user, 3, { logoutAt: scene.daysAgo(2), logoutBy: user.id });
      await scene.use(user);
      const byActivity = await scene
        .sessions()
        .find({ userId: user.id, lastActivityAt: app.clock.now() })
        .toArray();
      expect(byActivity.map(({ sessionId }) => sessionId)).toEqual([newest]);
      expect(old).not.toBe(newest);
    });

    it('is not renewed while it belongs to an open socket', async () => {
      const user = await scene.userLoggedIn(30);
      const open = { closedAt: undefined, lastActivityAt: undefined };
      await scene.createSession(user, 0.5, open);
      await scene.createSession(user, 1.5, open);
      const before = await scene.sessionsOf(user);
      await scene.use(user);
      expect(await scene.sessionsOf(user)).toEqual(before);
    });

    it('is renewed when its socket has been abandoned', async () => {
      const user = await scene.userLoggedIn(30);
      const open = { closedAt: undefined, lastActivityAt: undefined };
      const sessionId = await scene.createSession(user, 3, open);
      await scene.use(user);
      expect(await scene.sessionsOf(user)).toMatchObject([
        { sessionId, closedAt: app.clock.now() },
      ]);
    });

    it('is not renewed when it names another user, despite the same token', async () => {
      const user = await scene.userLoggedIn(60);
      const bob = newId();
      const foreign = await scene.createSession(user, 50, { userId: bob });
      const before = await scene.sessions().findOne({ sessionId: foreign });
      await scene.use(user);
      expect(await scene.sessions().findOne({ sessionId: foreign })).toEqual(before);
      expect(await scene.sessions().countDocuments({ userId: user.id })).toBe(1);
    });

    it('is created for a valid token that has only ended documents', async () => {
      const user = await scene.userLoggedIn(60);
      await scene.createSession(user, 50, { logoutAt: scene.daysAgo(49), logoutBy: user.id });
      await scene.use(user);
      expect(await scene.listOf(user)).toHaveLength(1);
    });
  });
});
