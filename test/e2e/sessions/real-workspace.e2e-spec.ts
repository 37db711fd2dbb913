import { mongo } from 'mongoose';
import { TestApp } from '../../support/app';
import { NOT_LOGGED_IN } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { createRealWorkspace, RealPerson, RealWorkspace } from '../../support/real-workspace';

type Fields = Record<string, unknown>;

interface SessionDocument {
  _id: unknown;
  sessionId?: string;
  userId?: string;
  loginToken?: string | null;
  loginAt?: Date;
  logoutAt?: Date | null;
  device?: Fields;
  host?: string;
  ip?: string;
}
interface UserDocument {
  _id: string;
  services: { resume: { loginTokens: { hashedToken: string }[] } };
}
interface Row extends Fields {
  sessionId: string;
  userId: string;
  loginAt?: string;
}

/** All documents of all collections that are the workspace's, by collection and id. */
type Snapshot = Record<string, Record<string, unknown>>;

const keyOf = ({ _id }: { _id?: unknown }): string => mongo.BSON.EJSON.stringify(_id);
const plain = (document: object): unknown =>
  mongo.BSON.EJSON.serialize(document, { relaxed: false });

const without = (row: Row, field: string): Fields =>
  Object.fromEntries(Object.entries(row).filter(([key]) => key !== field));

describe('a workspace as the original leaves it', () => {
  let app: TestApp;
  let workspace: RealWorkspace;

  const get = (path: string, headers = watcherHeaders()): Promise<HttpAnswer> =>
    app.call(`/api/v1/${path}`, { headers });

  const headersOf = ({ logins }: RealPerson, n = 0): Record<string, string> =>
    logins[n]?.headers ?? {};
  const watcherHeaders = (): Record<string, string> => headersOf(workspace.watcher);

  const end = (sessionId: string): Promise<HttpAnswer> =>
    app.call('/api/v1/sessions/logout', {
      method: 'POST',
      headers: { ...watcherHeaders(), 'content-type': 'application/json' },
      body: JSON.stringify({ sessionId }),
    });

  /** All rows of a list, page by page. */
  const list = async (route: string, headers = watcherHeaders()): Promise<Row[]> => {
    const rows: Row[] = [];
    for (;;) {
      const path = `sessions/${route}?count=17&offset=${rows.length}`;
      const { status, body } = await get(path, headers);
      expect(status).toBe(200);
      const page = body as { sessions: Row[]; total: number };
      rows.push(...page.sessions);
      if (page.sessions.length === 0 || rows.length >= page.total) {
        expect(rows).toHaveLength(page.total);
        return rows;
      }
    }
  };

  const sessions = (): mongo.Collection<SessionDocument> =>
    app.workspace.db.collection<SessionDocument>('rocketchat_sessions');
  const users = (): mongo.Collection<UserDocument> =>
    app.workspace.db.collection<UserDocument>('users');

  /** The newest live document of each login token, the newest first: the contract in plain words. */
  const liveDocuments = async (): Promise<SessionDocument[]> => {
    const newest = new Map<string, SessionDocument>();
    for (const document of await sessions().find().toArray()) {
      const { sessionId, loginToken, logoutAt } = document;
      if (!sessionId || !loginToken || logoutAt) continue;
      const known = newest.get(loginToken);
      if (!known || time(document) > time(known)) newest.set(loginToken, document);
    }
    return [...newest.values()].sort(
      (a, b) => time(b) - time(a) || Buffer.compare(Buffer.from(id(a)), Buffer.from(id(b))),
    );
  };
  const time = ({ loginAt }: SessionDocument): number => loginAt?.getTime() ?? 0;
  const id = ({ sessionId }: SessionDocument): string => sessionId ?? '';

  /** A row of list.all. */
  const rowOf = async (document: SessionDocument): Promise<Fields> => {
    const { sessionId, userId = '', device = null, host = null, ip, loginAt } = document;
    const owner = await users().findOne(
      { _id: userId },
      { projection: { _id: 0, name: 1, username: 1, avatarETag: 1, avatarOrigin: 1 } },
    );
    return {
      sessionId,
      userId,
      device,
      host,
      ip,
      ...(loginAt && { loginAt: loginAt.toISOString() }),
      ...(owner && { _user: owner }),
      _id: sessionId,
    };
  };

  const snapshot = async (): Promise<Snapshot> => {
    const found: Snapshot = {};
    for (const { name } of await app.workspace.db.listCollections().toArray()) {
      // The service's own collections; the rest is the workspace's.
      if (name.startsWith('ws_') || name.startsWith('system.')) continue;
      const documents = await app.workspace.db.collection(name).find().toArray();
      found[name] = Object.fromEntries(documents.map((one) => [keyOf(one), plain(one)]));
    }
    return found;
  };

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(async () => {
    await sessions().deleteMany({});
    await users().deleteMany({});
    workspace = await createRealWorkspace(app.workspace, app.clock.now());
  });
  afterAll(() => app.close());

  it('lists each login that is live once, as its newest record', async () => {
    const live = await liveDocuments();
    const rows = await list('list.all');
    expect(rows).toEqual(await Promise.all(live.map(rowOf)));
    // More than the default page and all the stories; a page of 100 is the whole list as well.
    expect(rows.length).toBeGreaterThan(50);
    expect((await get('sessions/list.all?count=100')).body).toMatchObject({
      sessions: rows,
      total: rows.length,
    });
    expect((await get('sessions/list.all')).body).toMatchObject({
      sessions: rows.slice(0, 50),
      total: rows.length,
    });
  });

  it('finds each session that it lists, and shows the same of it', async () => {
    for (const row of await list('list.all')) {
      const answer = await get(`sessions/info.admin?sessionId=${row.sessionId}`);
      expect([answer.status, answer.body]).toEqual([200, { ...row, success: true }]);
    }
  });

  it('finds nothing by the ids of those that are over or belong to no login', async () => {
    const over = await sessions()
      .find({
        $or: [{ logoutAt: { $type: 'date' } }, { loginToken: { $in: [null, ''] } }],
        sessionId: { $type: 'string', $ne: '' },
      })
      .toArray();
    expect(over.length).toBeGreaterThan(20);
    for (const { sessionId = '' } of over) {
      expect((await get(`sessions/info.admin?sessionId=${sessionId}`)).status).toBe(404);
    }
  });

  it('shows everybody theirs, and marks the one that asks', async () => {
    const all = await list('list.all');
    const { admin, member, withoutRoles, withoutUsername, bot } = workspace;
    for (const person of [admin, member, withoutRoles, withoutUsername, bot]) {
      const rows = await list('list', headersOf(person));
      const theirs = all.filter(({ userId }) => userId === person.id);
      expect(theirs.length).toBeGreaterThan(0);
      const shown = rows.map((row) => without(row, 'current'));
      expect(shown).toEqual(theirs.map((row) => without(row, '_user')));
      const hashedToken = person.logins[0]?.hashedToken;
      const asking = (await liveDocuments()).find(({ loginToken }) => loginToken === hashedToken);
      const marked = rows.filter(({ current }) => current === true);
      expect(marked.map(({ sessionId }) => sessionId)).toEqual([asking?.sessionId]);
    }
    expect(await list('list')).toEqual([]);
  });

  it('does not let in who has been deactivated or deleted, and shows their sessions to others', async () => {
    const all = await list('list.all');
    for (const person of [workspace.deactivated, workspace.deleted]) {
      expect(await get('sessions/list', headersOf(person))).toMatchObject(NOT_LOGGED_IN);
      const theirs = all.filter(({ userId }) => userId === person.id);
      expect(theirs).toHaveLength(person.logins.length);
      const known = person === workspace.deactivated;
      expect(theirs.map((row) => '_user' in row)).toEqual(theirs.map(() => known));
    }
  });

  it('changes nothing by looking', async () => {
    const before = await snapshot();
    for (const { sessionId } of (await list('list.all')).slice(0, 5)) {
      await get(`sessions/info.admin?sessionId=${sessionId}`);
    }
    await get('sessions/list.all?filter=ann&sort={"_user.name":1}');
    await list('list', headersOf(workspace.member));
    expect(await snapshot()).toEqual(before);
  });

  it.each(['withoutUsername', 'withoutRoles', 'deactivated', 'deleted', 'member'] as const)(
    'ends each login of %s and changes nothing else',
    async (kind) => {
      const person = workspace[kind];
      const canAsk = kind !== 'deactivated' && kind !== 'deleted';
      for (const [n, { hashedToken, headers }] of person.logins.slice(0, 8).entries()) {
        const live = (await liveDocuments()).find(({ loginToken }) => loginToken === hashedToken);
        const sessionId = live?.sessionId ?? '';
        const listed = await list('list.all');
        expect((await get('me', headers)).status).toBe(canAsk ? 200 : 401);
        const before = await snapshot();
        expect(Object.keys(before)).toEqual(
          expect.arrayContaining(['users', 'rocketchat_sessions', 'rocketchat_permissions']),
        );

        app.clock.advance({ seconds: 60 });
        const answer = await end(sessionId);
        expect([answer.status, answer.body]).toEqual([200, { sessionId, success: true }]);

        expect(await snapshot()).toEqual(
          afterEnding(before, hashedToken, app.clock.now(), workspace.watcher.id),
        );
        expect(await get('me', headers)).toMatchObject(NOT_LOGGED_IN);
        const rest = listed.filter((row) => row.sessionId !== sessionId);
        expect(rest).toHaveLength(listed.length - 1);
        expect(await list('list.all')).toEqual(rest);
        expect((await get(`sessions/info.admin?sessionId=${sessionId}`)).status).toBe(404);
        // The other logins go on.
        const next = person.logins[n + 1];
        if (canAsk && next) expect((await get('me', next.headers)).status).toBe(200);
      }
    },
  );
});

/** What ending a login must make of a workspace: the token gone from its owner, its open records stamped. */
function afterEnding(before: Snapshot, hashedToken: string, at: Date, by: string): Snapshot {
  const stampedAt = plain({ at }) as { at: unknown };
  const stamp = { logoutAt: stampedAt.at, logoutBy: by, _updatedAt: stampedAt.at };
  const eachOf = (name: string, change: (document: Fields) => Fields): Record<string, Fields> =>
    Object.fromEntries(
      Object.entries(before[name] ?? {}).map(([key, document]) => [
        key,
        change(document as Fields),
      ]),
    );
  return {
    ...before,
    users: eachOf('users', (document) => {
      const { services } = document as unknown as UserDocument;
      const loginTokens = services.resume.loginTokens.filter(
        (token) => token.hashedToken !== hashedToken,
      );
      return { ...document, services: { ...services, resume: { loginTokens } } };
    }),
    rocketchat_sessions: eachOf('rocketchat_sessions', (document) =>
      document.loginToken === hashedToken && (document.logoutAt ?? null) === null
        ? { ...document, ...stamp }
        : document,
    ),
  };
}
