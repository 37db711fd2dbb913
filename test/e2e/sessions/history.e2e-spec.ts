import { SessionEndingsRepository } from '../../../src/session-lifecycle/session-endings.repository';
import { TestApp } from '../../support/app';
import { describeCommand, expectIndexed } from '../../support/explain';
import {
  DAY_SECONDS,
  invalidParameters,
  TOTP_REQUIRED,
  typedRefusal,
} from '../../support/expectations';
import { forgedCursor } from '../../support/forged-cursor';
import { HttpAnswer } from '../../support/http';
import { newId, TestUser } from '../../support/workspace';

const INVALID_CURSOR = typedRefusal('Invalid cursor [error-invalid-cursor]');

interface HistoryPage {
  sessions: Record<string, unknown>[];
  count: number;
  nextCursor: string | null;
}

const page = ({ status, body }: HttpAnswer): HistoryPage => {
  expect(status).toBe(200);
  return body as HistoryPage;
};

describe('GET /api/v1/sessions/history', () => {
  let app: TestApp;
  let admin: TestUser;

  const list = (query = '', by = admin, where = app): Promise<HttpAnswer> =>
    where.call(`/api/v1/sessions/history?${query}`, { headers: by.headers });
  const program = (): Promise<TestUser> =>
    app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
  /** Ends a session as one of its owners, or as an administrator, does. */
  const post = (path: string, by: TestUser, body: object): Promise<HttpAnswer> =>
    app.call(`/api/v1/${path}`, {
      method: 'POST',
      headers: { ...by.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const store = (endings: object[]): Promise<unknown> =>
    app.workspace.db.collection('ws_session_endings').insertMany(endings);
  const ending = (n: number, fields: object = {}): object => ({
    _id: `ending-${String(n).padStart(4, '0')}`,
    sessionId: `session-${n}`,
    userId: 'owner',
    device: { type: 'browser', name: 'Chrome' },
    host: 'chat.example.com',
    ip: '192.0.2.1',
    loginAt: new Date(0),
    endedAt: new Date(app.clock.now().getTime() - n * 1000),
    endedBy: 'ender',
    reason: 'admin',
    expiresAt: new Date(app.clock.now().getTime() + DAY_SECONDS * 1000),
    ...fields,
  });
  const ids = (answer: HttpAnswer): unknown[] => page(answer).sessions.map(({ _id }) => _id);

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await program();
  });
  beforeEach(async () => {
    await app.settled();
    await app.workspace.db.collection('ws_session_endings').deleteMany({});
  });
  afterAll(() => app.close());

  it('shows who ended a session, when and why, with the fields in the documented order', async () => {
    const owner = await app.workspace.createUser({ fields: { name: 'Maria', username: 'maria' } });
    const session = await app.workspace.createSession({ userId: owner.id });
    await post('sessions/logout', admin, { sessionId: session.sessionId });
    const { text } = await list();
    const [{ _id } = { _id: '' }] = page(await list()).sessions;
    expect(text).toBe(
      JSON.stringify({
        sessions: [
          {
            sessionId: session.sessionId,
            userId: owner.id,
            device: session.device,
            host: session.host,
            ip: session.ip,
            loginAt: session.loginAt,
            endedAt: app.clock.now(),
            endedBy: { _id: admin.id, username: `user-${admin.id}` },
            reason: 'admin',
            _user: { name: 'Maria', username: 'maria' },
            _id,
          },
        ],
        count: 50,
        nextCursor: null,
        success: true,
      }),
    );
    expect(_id).not.toBe('');
  });

  it('shows what other programs ended, what has no description, and what nobody remembers', async () => {
    await store([
      ending(1, { endedBy: null, reason: 'workspace', note: 'lost laptop' }),
      { ...ending(2), sessionId: undefined, userId: undefined, device: undefined, host: undefined },
      ending(3, { device: 'text', sessionId: null }),
    ]);
    const [first, second, third] = page(await list()).sessions;
    expect(first).toMatchObject({ endedBy: null, reason: 'workspace', note: 'lost laptop' });
    expect(second).toMatchObject({ sessionId: null, device: null, host: null });
    expect(Object.keys(second ?? {})).not.toContain('_user');
    expect(third).toMatchObject({ sessionId: null, device: null, endedBy: { _id: 'ender' } });
  });

  it('walks the whole history, newest first, also through endings of one moment', async () => {
    const moment = app.clock.now();
    await store([
      ...Array.from({ length: 7 }, (_, n) => ending(n)),
      ...Array.from({ length: 5 }, (_, n) => ending(100 + n, { endedAt: moment })),
    ]);
    const seen: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const answer: HttpAnswer = await list(`count=3&cursor=${cursor}`);
      seen.push(...ids(answer));
      cursor = page(answer).nextCursor;
      // What ends during the walk belongs to another one.
      if (seen.length === 3) await store([ending(999, { endedAt: moment, _id: 'later' })]);
    }
    const wanted = [104, 103, 102, 101, 100, 0, 1, 2, 3, 4, 5, 6];
    expect(seen).toEqual(wanted.map((n) => `ending-${String(n).padStart(4, '0')}`));
  });

  it.each<[string, number[]]>([
    ['userId=u1', [1, 3]],
    ['userId=u1&endedBy=e1', [1]],
    ['endedBy=e1', [1, 2]],
    ['reason=bulk', [2, 3]],
    ['endedBy=e1&reason=bulk', [2]],
    ['userId=', []],
    ['userId[$ne]=x', []],
    ['count=1&reason=bulk', [2]],
  ])('filters by %s', async (query, expected) => {
    await store([
      ending(1, { userId: 'u1', endedBy: 'e1' }),
      ending(2, { endedBy: 'e1', reason: 'bulk' }),
      ending(3, { userId: 'u1', reason: 'bulk' }),
    ]);
    if (query.includes('$ne')) {
      expect((await list(query)).status).toBe(400);
      return;
    }
    expect(ids(await list(query))).toEqual(expected.map((n) => `ending-000${n}`));
  });

  it('takes the time as from its beginning to before its end', async () => {
    await store([1, 2, 3, 4].map((n) => ending(n)));
    const at = (n: number): string => new Date(app.clock.now().getTime() - n * 1000).toISOString();
    expect(ids(await list(`endedAfter=${at(3)}&endedBefore=${at(1)}`))).toEqual([
      'ending-0002',
      'ending-0003',
    ]);
  });

  it.each<[string, object]>([
    ['count=0', invalidParameters('must be >= 1')],
    ['count=x', invalidParameters('must be number')],
    ['offset=1', invalidParameters('must NOT have additional properties')],
    ['reason=none', invalidParameters('must be equal to one of the allowed values')],
    ['reason=bulk&reason=admin', invalidParameters('must be string')],
    ['endedAfter=yesterday', invalidParameters('must match format "date-time"')],
    ['endedBefore=2026-13-45', invalidParameters('must match format "date-time"')],
    ['cursor=nonsense', INVALID_CURSOR],
    [`cursor=${'a'.repeat(2500)}`, INVALID_CURSOR],
  ])('refuses %.40s before it asks for a code', async (query, refusal) => {
    const user = await app.workspace.createUser();
    expect(await list(query, user)).toMatchObject(refusal);
    expect(await list('', user)).toMatchObject(TOTP_REQUIRED);
  });

  it('refuses the cursor of another caller and of another filter', async () => {
    await store([1, 2, 3].map((n) => ending(n)));
    const cursor = page(await list('count=1')).nextCursor ?? '';
    expect(ids(await list(`count=2&cursor=${cursor}`))).toEqual(['ending-0002', 'ending-0003']);
    expect(await list(`cursor=${cursor}`, await program())).toMatchObject(INVALID_CURSOR);
    expect(await list(`cursor=${cursor}&userId=owner`)).toMatchObject(INVALID_CURSOR);
  });

  it.each(['x', '5', '[]', '["0","id"]', '[0]', '[0,null]', '[0,{"$gt":""}]', '[1e300,"id"]'])(
    'refuses a cursor that its caller signed, and that holds %s',
    async (body) => {
      const scope = ['sessions/history', null, null, null, null, null];
      const forged = (text: string): string => forgedCursor(admin.token, scope, text);
      expect((await list(`cursor=${forged('[0,"id"]')}`)).status).toBe(200);
      expect(await list(`cursor=${forged(body)}`)).toMatchObject(INVALID_CURSOR);
    },
  );

  it('reads a page and all of its users in two commands', async () => {
    const people = Array.from({ length: 200 }, (_, n) => ({ _id: newId(), username: `one-${n}` }));
    await app.workspace.db.collection<{ _id: string }>('users').insertMany(people);
    await store(
      Array.from({ length: 100 }, (_, n) =>
        ending(n, { userId: people[n]?._id, endedBy: people[100 + n]?._id }),
      ),
    );
    const commands = await app.commandsDuring(async () => {
      const { sessions } = page(await list('count=100'));
      expect(sessions.map(({ endedBy }) => endedBy)).toEqual(people.slice(100));
      expect(sessions.map(({ _user }) => _user)).toEqual(
        people.slice(0, 100).map(({ username }) => ({ username })),
      );
    });
    const names = commands.map(describeCommand);
    expect(names.filter((name) => name.startsWith('getMore'))).toEqual([]);
    expect(names).toContain('find ws_session_endings');
  });

  it('finds every page through an index, whatever it filters by', async () => {
    const owners = Array.from({ length: 20 }, newId);
    await store(
      Array.from({ length: 400 }, (_, n) =>
        ending(n, {
          userId: owners[n % 20],
          endedBy: owners[n % 3],
          reason: n % 5 === 0 ? 'bulk' : 'admin',
        }),
      ),
    );
    const cursor = page(await list('count=1')).nextCursor ?? '';
    for (const query of [
      '',
      `cursor=${cursor}`,
      `userId=${owners[7] ?? ''}`,
      `endedBy=${owners[1] ?? ''}`,
      'reason=bulk',
      `userId=${owners[7] ?? ''}&reason=bulk&endedBy=${owners[1] ?? ''}&endedAfter=2020-01-01`,
    ]) {
      const commands = await app.commandsDuring(() => list(query));
      const reads = commands.filter(({ command }) => command.find === 'ws_session_endings');
      expect(reads).toHaveLength(1);
      for (const read of reads) await expectIndexed(app.workspace.db, read);
    }
  });

  it('is recorded, with what was asked for', async () => {
    await list('userId=u1&reason=bulk');
    expect(app.log.audit.at(-1)).toMatchObject({
      t: 'session.history-viewed',
      actor: { _id: admin.id },
      data: { result: 'ok', userId: 'u1', reason: 'bulk' },
    });
  });

  it('shows no more than SESSION_HISTORY_DAYS, also of what was kept for longer', async () => {
    await store([ending(1), ending(2 * DAY_SECONDS), ending(4 * DAY_SECONDS)]);
    const brief = await app.another({ SESSION_HISTORY_DAYS: '3' });
    expect(ids(await list('', admin, brief))).toEqual(['ending-0001', `ending-${2 * DAY_SECONDS}`]);
    await brief.close();
  });

  it('shows nothing with SESSION_HISTORY_DAYS=0, and keeps for a day what crash recovery needs', async () => {
    const none = await app.another({ SESSION_HISTORY_DAYS: '0' });
    const insert = jest.spyOn(
      none.app.get(SessionEndingsRepository, { strict: false }),
      'insertNew',
    );
    const session = await app.workspace.createSession({ userId: newId() });
    const ended = await none.call('/api/v1/sessions/logout', {
      method: 'POST',
      headers: { ...admin.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ sessionId: session.sessionId }),
    });
    expect(ended.status).toBe(200);
    const inDays = (days: number): Date =>
      new Date(none.clock.now().getTime() + days * DAY_SECONDS * 1000);
    // Until its audit record is stored, it is all that tells of the ending.
    const begun = insert.mock.calls.flatMap(([endings]) => endings);
    expect(begun.map(({ expiresAt }) => expiresAt)).toEqual([inDays(90)]);
    await none.settled();
    const stored = app.workspace.db.collection<{ _id: string }>('ws_session_endings');
    expect(await stored.findOne({ _id: begun[0]?._id ?? '' })).toMatchObject({
      expiresAt: inDays(1),
    });
    expect((await list('', admin, none)).text).toBe(
      '{"sessions":[],"count":50,"nextCursor":null,"success":true}',
    );
    expect(ids(await list())).toHaveLength(1);
    await none.close();
  });
});
