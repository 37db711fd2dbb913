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

/** Every document of the workspace's collections, by collection and id. */
type Snapshot = Record<string, Record<string, unknown>>;

const keyOf = ({ _id }: { _id?: unknown }): string => mongo.BSON.EJSON.stringify(_id);
const serialized = (document: object): unknown =>
  mongo.BSON.EJSON.serialize(document, { relaxed: false });

const without = (row: Row, field: string): Fields =>
  Object.fromEntries(Object.entries(row).filter(([key]) => key !== field));

describe('session routes in a workspace filled by Rocket.Chat', () => {
  let app: TestApp;
  let workspace: RealWorkspace;

  const get = (path: string, headers = watcherHeaders()): Promise<HttpAnswer> =>
    app.call(`/api/v1/${path}`, { headers });

  const headersOf = ({ logins }: RealPerson, n = 0): Record<string, string> =>
    logins[n]?.headers ?? {};
  const watcherHeaders = (): Record<string, string> => headersOf(workspace.watcher);

  const revoke = (sessionId: string): Promise<HttpAnswer> =>
    app.call('/api/v1/sessions/logout', {
      method: 'POST',
      headers: { ...watcherHeaders(), 'content-type': 'application/json' },
      body: JSON.stringify({ sessionId }),
    });

  /** Every row of a list, read page by page. */
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

  /** The newest live document of each login token, the newest first, as the contract says. */
  const liveDocuments = async (): Promise<SessionDocument[]> => {
    const newest = new Map<string, SessionDocument>();
    for (const document of await sessions().find().toArray()) {
      const { sessionId, loginToken, logoutAt } = document;
      if (!sessionId || !loginToken || logoutAt) continue;
      const known = newest.get(loginToken);
      if (!known || time(document) > time(known)) newest.set(loginToken, document);
    }
    return [...newest.values()].sort(
      (a, b) => time(b) - time(a) || Buffer.compare(Buffer.from(id(b)), Buffer.from(id(a))),
    );
  };
  const time = ({ loginAt }: SessionDocument): number => loginAt?.getTime() ?? 0;
  const id = ({ sessionId }: SessionDocument): string => sessionId ?? '';

  /** The row that list.all must answer for a document. */
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
      // The service's own collections.
      if (name.startsWith('ws_') || name.startsWith('system.')) continue;
      const documents = await app.workspace.db.collection(name).find().toArray();
      found[name] = Object.fromEntries(documents.map((one) => [keyOf(one), serialized(one)]));
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

  it('lists every live login once, as its newest document', async () => {
    const live = await liveDocuments();
    const rows = await list('list.all');
    expect(rows).toEqual(await Promise.all(live.map(rowOf)));
    // More than the default page; a page of 100 is the whole list.
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

  it('answers info.admin for every listed session with the same row', async () => {
    for (const row of await list('list.all')) {
      const answer = await get(`sessions/info.admin?sessionId=${row.sessionId}`);
      expect([answer.status, answer.body]).toEqual([200, { ...row, success: true }]);
    }
  });

  it('answers 404 to info.admin for sessions that have ended or have no token', async () => {
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

  it("lists the caller's own sessions and marks the current one", async () => {
    const all = await list('list.all');
    const { admin, member, withoutRoles, withoutUsername, bot } = workspace;
    for (const person of [admin, member, withoutRoles, withoutUsername, bot]) {
      const rows = await list('list', headersOf(person));
      const ownRows = all.filter(({ userId }) => userId === person.id);
      expect(ownRows.length).toBeGreaterThan(0);
      const shown = rows.map((row) => without(row, 'current'));
      expect(shown).toEqual(ownRows.map((row) => without(row, '_user')));
      const hashedToken = person.logins[0]?.hashedToken;
      const asking = (await liveDocuments()).find(({ loginToken }) => loginToken === hashedToken);
      const marked = rows.filter(({ current }) => current === true);
      expect(marked.map(({ sessionId }) => sessionId)).toEqual([asking?.sessionId]);
    }
    expect(await list('list')).toEqual([]);
  });

  it('answers 401 to deactivated and deleted users, and lists their sessions to administrators', async () => {
    const all = await list('list.all');
    for (const person of [workspace.deactivated, workspace.deleted]) {
      expect(await get('sessions/list', headersOf(person))).toMatchObject(NOT_LOGGED_IN);
      const ownRows = all.filter(({ userId }) => userId === person.id);
      expect(ownRows).toHaveLength(person.logins.length);
      const known = person === workspace.deactivated;
      expect(ownRows.map((row) => '_user' in row)).toEqual(ownRows.map(() => known));
    }
  });

  it('changes no document of the workspace by reading', async () => {
    const before = await snapshot();
    for (const { sessionId } of (await list('list.all')).slice(0, 5)) {
      await get(`sessions/info.admin?sessionId=${sessionId}`);
    }
    await get('sessions/list.all?filter=ann&sort={"_user.name":1}');
    await list('list', headersOf(workspace.member));
    expect(await snapshot()).toEqual(before);
  });

  it.each(['withoutUsername', 'withoutRoles', 'deactivated', 'deleted', 'member'] as const)(
    'revokes each login of the user "%s" and changes nothing else',
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
        const answer = await revoke(sessionId);
        expect([answer.status, answer.body]).toEqual([200, { sessionId, success: true }]);

        expect(await snapshot()).toEqual(
          afterRevoking(before, hashedToken, app.clock.now(), workspace.watcher.id),
        );
        expect(await get('me', headers)).toMatchObject(NOT_LOGGED_IN);
        const rest = listed.filter((row) => row.sessionId !== sessionId);
        expect(rest).toHaveLength(listed.length - 1);
        expect(await list('list.all')).toEqual(rest);
        expect((await get(`sessions/info.admin?sessionId=${sessionId}`)).status).toBe(404);
        // The other logins stay valid.
        const next = person.logins[n + 1];
        if (canAsk && next) expect((await get('me', next.headers)).status).toBe(200);
      }
    },
  );
});

/** The expected workspace after a login was revoked: its token removed, its open documents stamped. */
function afterRevoking(before: Snapshot, hashedToken: string, at: Date, by: string): Snapshot {
  const stampedAt = serialized({ at }) as { at: unknown };
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
