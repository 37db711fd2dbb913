import { getModelToken } from '@nestjs/mongoose';
import { Model, mongo } from 'mongoose';
import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import { describeCommand, expectIndexed } from '../../support/explain';
import { HttpAnswer } from '../../support/http';
import { runNightlyJobs } from '../../support/nightly-jobs';
import { newId, TestUser } from '../../support/workspace';

type SessionDocument = Record<string, unknown> & { _id: unknown; sessionId: string };

const HOUR = 60 * 60;
const DAY = 24 * HOUR;
const PASSWORD = 'correct horse';
const AGENT = 'curl/8.1.2';

/** It asks the database for nothing but who is asking. */
const ROUTE = '/api/v1/users.totpCodesRemaining';

const FIND = 'find rocketchat_sessions';
const RENEW = 'findAndModify rocketchat_sessions';
const MAKE = 'update rocketchat_sessions';

describe('the record of a login that is used', () => {
  let app: TestApp;

  const sessions = (): mongo.Collection<SessionDocument> =>
    app.workspace.db.collection<SessionDocument>('rocketchat_sessions');
  const recordsOf = ({ token }: TestUser): Promise<SessionDocument[]> =>
    sessions()
      .find({ loginToken: hashLoginToken(token) })
      .toArray();
  const daysAgo = (days: number): Date => new Date(app.clock.now().getTime() - days * DAY * 1000);

  /** A request, and all that it sets going. */
  const use = async (
    { headers }: Pick<TestUser, 'headers'>,
    more: Record<string, string> = {},
    by = app,
  ): Promise<HttpAnswer> => {
    const answer = await by.call(ROUTE, { headers: { ...headers, ...more } });
    await by.settled();
    return answer;
  };
  const listOf = async ({ headers }: Pick<TestUser, 'headers'>): Promise<string[]> => {
    const { body } = await app.call('/api/v1/sessions/list', { headers });
    await app.settled();
    return (body as { sessions: { sessionId: string }[] }).sessions.map((row) => row.sessionId);
  };
  const commandsOf = async (action: () => Promise<unknown>): Promise<string[]> =>
    (await app.commandsDuring(action)).map(describeCommand);

  /** Somebody who has logged in some days ago. */
  const somebody = (days: number, fields: object = {}): Promise<TestUser> =>
    app.workspace.createUser({
      roles: ['user'],
      loggedInAt: daysAgo(days),
      ...fields,
    });
  /** Their record, as it was when they logged in. */
  const recordFor = async (user: TestUser, days: number, fields: object = {}): Promise<string> => {
    const at = daysAgo(days);
    const { sessionId } = await app.workspace.createSession({
      userId: user.id,
      loginToken: hashLoginToken(user.token),
      loginAt: at,
      ...{ createdAt: at, _updatedAt: at, closedAt: at, lastActivityAt: at },
      ...{ year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() },
      ...fields,
    });
    return String(sessionId);
  };

  const login = async (user: TestUser): Promise<Pick<TestUser, 'headers'>> => {
    const { body } = await app.login({ user: `user-${user.id}`, password: PASSWORD });
    const { userId, authToken } = (body as { data: { userId: string; authToken: string } }).data;
    return { headers: { 'x-user-id': userId, 'x-auth-token': authToken } };
  };

  beforeAll(async () => {
    app = await TestApp.start({ LOGIN_EXPIRATION_DAYS: '400' });
  });
  beforeEach(async () => {
    await sessions().deleteMany({});
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => app.close());

  it('is listed as long as the token works, whatever the workspace removes', async () => {
    const user = await app.workspace.createUser({ password: PASSWORD, totp: false });
    const asked = await login(user);
    const first = await listOf(asked);
    expect(first).toHaveLength(1);
    for (let day = 1; day <= 60; day++) {
      app.clock.advance({ seconds: DAY });
      await runNightlyJobs(app.workspace.db, app.clock.now());
      if (day % 7 === 0) await use(asked);
    }
    expect(await sessions().countDocuments({ userId: user.id })).toBe(1);
    expect(await listOf(asked)).toEqual(first);
    const end = await app.call('/api/v1/sessions/logout.me', {
      method: 'POST',
      headers: { ...asked.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ sessionId: first[0] }),
    });
    expect(end.status).toBe(200);
    expect((await use(asked)).status).toBe(401);
  });

  it('is no open socket to the workspace: no copy of it is made, and it goes when nobody uses it', async () => {
    const user = await app.workspace.createUser({ password: PASSWORD, totp: false });
    await login(user);
    const [record] = await sessions().find({ userId: user.id }).toArray();
    expect(record).toMatchObject({
      type: 'session',
      closedAt: app.clock.now(),
      lastActivityAt: app.clock.now(),
    });
    for (let day = 1; day <= 47; day++) {
      app.clock.advance({ seconds: DAY });
      await runNightlyJobs(app.workspace.db, app.clock.now());
      const left = day === 46 || day === 47 ? [await sessions().countDocuments()] : [];
      expect(left).toEqual(day === 46 ? [1] : day === 47 ? [0] : []);
    }
  });

  it('is renewed as a record of today, with nothing else changed', async () => {
    const user = await somebody(30);
    const sessionId = await recordFor(user, 30, {
      type: 'computed-session',
      _computedAt: daysAgo(29),
    });
    const [before] = await recordsOf(user);
    await use(user, { 'user-agent': AGENT });
    const now = app.clock.now();
    const { _computedAt: gone, ...rest } = before as Record<string, unknown>;
    expect(gone).toEqual(daysAgo(29));
    expect(await recordsOf(user)).toEqual([
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
    expect(await listOf(user)).toEqual([sessionId]);
  });

  it('is made anew when it has been removed, from what asks now', async () => {
    const user = await somebody(60);
    expect(await listOf(user)).toEqual([]);
    await use(user);
    const [record, ...others] = await recordsOf(user);
    expect(others).toEqual([]);
    await sessions().deleteMany({});
    app.clock.advance({ seconds: DAY });
    const headers = { 'user-agent': AGENT, host: 'chat.example.com:8443' };
    await use(user, headers);
    const [again] = await recordsOf(user);
    const now = app.clock.now();
    expect(again).toEqual({
      ...record,
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
    expect(again?._id).not.toBe(record?._id);
    expect(await listOf(user)).toEqual([again?.sessionId]);
  });

  it.each<[string, number, object, string[]]>([
    ['a record that is due', 2, {}, [RENEW]],
    ['a record that somebody else has renewed', 0.5, {}, [RENEW, FIND]],
  ])(
    '%s costs no more than it must, and nothing on the same day',
    async (_case, days, fields, expected) => {
      const user = await somebody(20);
      await recordFor(user, days, fields);
      expect((await commandsOf(() => use(user))).slice(1)).toEqual(expected);
      for (const hours of [0, 1, 22]) {
        app.clock.advance({ seconds: hours * HOUR });
        expect((await commandsOf(() => use(user))).slice(1)).toEqual([]);
      }
      app.clock.advance({ seconds: HOUR });
      expect((await commandsOf(() => use(user))).slice(1)[0]).toBe(RENEW);
    },
  );

  it('that has been removed costs four, each through an index', async () => {
    await Promise.all(Array.from({ length: 300 }, () => app.workspace.createSession()));
    const user = await somebody(60);
    const commands = await app.commandsDuring(() => use(user));
    const renewing = commands.slice(1);
    expect(renewing.map(describeCommand)).toEqual([RENEW, FIND, MAKE, 'find users']);
    for (const command of renewing) await expectIndexed(app.workspace.db, command);
  });

  it('that cannot be renewed fails no request, is tried again later, and is told in the log', async () => {
    const user = await somebody(60);
    const collection = app.app.get<Model<unknown>>(getModelToken('Session')).collection;
    const broken = jest
      .spyOn(collection, 'findOneAndUpdate')
      .mockRejectedValue(new Error(`no disk for ${user.token}`));
    expect((await use(user)).status).toBe(200);
    expect((await use(user)).status).toBe(200);
    expect(broken).toHaveBeenCalledTimes(1);
    const told = app.log.lines.filter((line) =>
      line.includes('Renewing the session document of a login'),
    );
    expect(told).toHaveLength(1);
    expect(told[0]).not.toContain('disk');
    broken.mockRestore();
    app.clock.advance({ seconds: 5 * 60 });
    await use(user);
    expect(await listOf(user)).toHaveLength(1);
  });

  it('is renewed once by very many requests at once', async () => {
    const user = await somebody(60);
    const another = await somebody(60);
    await recordFor(another, 50);
    const commands = await commandsOf(async () => {
      await Promise.all(Array.from({ length: 100 }, (_, n) => use(n % 2 === 0 ? user : another)));
    });
    expect(commands.filter((name) => name === RENEW)).toHaveLength(2);
    expect(commands.filter((name) => name === MAKE)).toHaveLength(1);
    expect(await recordsOf(user)).toHaveLength(1);
    expect(await recordsOf(another)).toHaveLength(1);
  });

  it('is one, also when two processes find it missing at once', async () => {
    const other = await app.another({ LOGIN_EXPIRATION_DAYS: '400' });
    for (let round = 0; round < 10; round++) {
      const user = await somebody(60);
      await Promise.all([use(user), use(user, {}, other)]);
      expect(await recordsOf(user)).toHaveLength(1);
    }
    await other.close();
  });

  it('is renewed by a login that resumes the token', async () => {
    const user = await somebody(60);
    await app.login({ resume: user.token }, { 'user-agent': AGENT });
    await app.settled();
    expect(await recordsOf(user)).toMatchObject([{ device: { name: 'curl' } }]);
  });

  it.each<[string, () => Promise<TestUser>]>([
    ['a login of today', () => somebody(0.9)],
    [
      'a personal access token',
      () => somebody(60, { personalAccessToken: { bypassTwoFactor: false } }),
    ],
    ['an expired token', () => somebody(401)],
    ['a deactivated user', () => somebody(60, { active: false })],
  ])('is neither renewed nor made by %s', async (_case, create) => {
    const user = await create();
    const commands = await commandsOf(() => use(user));
    expect(commands.filter((name) => name !== 'find users')).toEqual([]);
    expect(await recordsOf(user)).toEqual([]);
  });

  it('keeps no more of a client than a login does', async () => {
    const user = await somebody(60);
    await use(user, { 'user-agent': `${'x'.repeat(5000)}/1.0`, host: 'h'.repeat(5000) });
    const [record] = await recordsOf(user);
    expect(JSON.stringify(record).length).toBeLessThan(1500);
  });

  describe('when other programs have written it', () => {
    it('is renewed, the newest of several', async () => {
      const user = await somebody(30);
      const old = await recordFor(user, 30);
      const newest = await recordFor(user, 10, {
        type: 'computed-session',
        _computedAt: daysAgo(9),
      });
      await recordFor(user, 5, { sessionId: undefined });
      await recordFor(user, 3, { logoutAt: daysAgo(2), logoutBy: user.id });
      await use(user);
      const byActivity = await sessions()
        .find({ userId: user.id, lastActivityAt: app.clock.now() })
        .toArray();
      expect(byActivity.map(({ sessionId }) => sessionId)).toEqual([newest]);
      expect(old).not.toBe(newest);
    });

    it('is left alone while it is that of an open socket', async () => {
      const user = await somebody(30);
      const open = { closedAt: undefined, lastActivityAt: undefined };
      await recordFor(user, 0.5, open);
      await recordFor(user, 1.5, open);
      const before = await recordsOf(user);
      await use(user);
      expect(await recordsOf(user)).toEqual(before);
    });

    it('is renewed when its socket has been forgotten', async () => {
      const user = await somebody(30);
      const open = { closedAt: undefined, lastActivityAt: undefined };
      const sessionId = await recordFor(user, 3, open);
      await use(user);
      expect(await recordsOf(user)).toMatchObject([{ sessionId, closedAt: app.clock.now() }]);
    });

    it("is not somebody else's, though it carries the same token", async () => {
      const user = await somebody(60);
      const bob = newId();
      const foreign = await recordFor(user, 50, { userId: bob });
      const before = await sessions().findOne({ sessionId: foreign });
      await use(user);
      expect(await sessions().findOne({ sessionId: foreign })).toEqual(before);
      expect(await sessions().countDocuments({ userId: user.id })).toBe(1);
    });

    it('with only the records of an ending left, is made anew for a token that works', async () => {
      const user = await somebody(60);
      await recordFor(user, 50, { logoutAt: daysAgo(49), logoutBy: user.id });
      await use(user);
      expect(await listOf(user)).toHaveLength(1);
    });
  });

  describe('while the login ends', () => {
    let other: TestApp;
    let admin: TestUser;
    const liveOf = async (user: TestUser): Promise<SessionDocument[]> =>
      (await recordsOf(user)).filter(({ logoutAt }) => logoutAt === undefined);
    /** Without a use of the token, which would have the other process renew its record as well. */
    const end = ({ id }: TestUser): Promise<HttpAnswer> =>
      other.call('/api/v1/users.resetTOTP', {
        method: 'POST',
        headers: { ...admin.headers, 'content-type': 'application/json' },
        body: JSON.stringify({ userId: id }),
      });
    const logout = ({ headers }: TestUser): Promise<HttpAnswer> =>
      other.call('/api/v1/logout', { method: 'POST', headers });
    const settled = async (): Promise<void> => {
      await Promise.all([app.settled(), other.settled()]);
    };
    /** The statements of the renewal, at each of which the login may end. */
    const collectionOf = (): jest.Mocked<mongo.Collection> =>
      app.app.get<Model<unknown>>(getModelToken('Session')).collection as never;

    beforeAll(async () => {
      other = await app.another({ LOGIN_EXPIRATION_DAYS: '400' });
      admin = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
    });
    afterAll(() => other.close());

    it.each<[string, 'findOneAndUpdate' | 'findOne' | 'updateOne', 'before' | 'after', boolean]>([
      ['before its record is renewed', 'findOneAndUpdate', 'before', true],
      ['after its record has been renewed', 'findOneAndUpdate', 'after', true],
      ['before its missing record is looked for', 'findOneAndUpdate', 'before', false],
      ['before it is known to be missing', 'findOne', 'before', false],
      ['before its record is made anew', 'updateOne', 'before', false],
      ['after its record has been made anew', 'updateOne', 'after', false],
    ])('on another process, %s, nothing live is left', async (_case, statement, when, stored) => {
      const user = await somebody(60);
      if (stored) await recordFor(user, 50);
      const collection = collectionOf();
      const original = collection[statement].bind(collection) as (...args: unknown[]) => unknown;
      let ended: HttpAnswer | undefined;
      jest.spyOn(collection, statement).mockImplementationOnce(async (...args: unknown[]) => {
        if (when === 'before') ended = await end(user);
        const result = await original(...args);
        if (when === 'after') ended = await end(user);
        return result;
      });
      expect((await use(user)).status).toBe(200);
      expect(ended?.status).toBe(200);
      await settled();
      expect(await liveOf(user)).toEqual([]);
      expect((await use(user)).status).toBe(401);
      expect(await liveOf(user)).toEqual([]);
    });

    it('at no moment in particular, nothing live is left', async () => {
      const users = await Promise.all(Array.from({ length: 12 }, () => somebody(60)));
      await Promise.all(
        users.map(async (user, n) => {
          if (n % 2 === 0) await recordFor(user, 50);
          await Promise.all([use(user), logout(user)]);
        }),
      );
      await settled();
      for (const user of users) expect(await liveOf(user)).toEqual([]);
    });
  });
});

describe('a service that stops', () => {
  it('finishes the renewals that have begun, and leaves the rest', async () => {
    const app = await TestApp.start();
    const other = await app.another();
    const loggedInAt = new Date(app.clock.now().getTime() - 60 * DAY * 1000);
    const users = await Promise.all(
      Array.from({ length: 20 }, () => app.workspace.createUser({ totp: false, loggedInAt })),
    );
    await Promise.all(users.map(({ headers }) => other.call('/api/v1/me', { headers })));
    await other.close();
    expect(other.log.lines.filter((line) => line.includes('failed'))).toEqual([]);
    const { db } = app.workspace;
    const made = await db.collection('rocketchat_sessions').countDocuments();
    expect(made).toBeGreaterThan(0);
    await app.close();
  });
});
