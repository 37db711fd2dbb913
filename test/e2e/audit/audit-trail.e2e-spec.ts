import { getConnectionToken } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { AuditRecord } from '../../../src/audit/audit-record';
import { AuditRecordsRepository } from '../../../src/audit/audit-records.repository';
import { MAX_ALIKE } from '../../../src/audit/repetition.filter';
import { hashLoginToken } from '../../../src/auth/login-token';
import { PersonalAccessTokensRepository } from '../../../src/workspace-data/users/personal-access-tokens.repository';
import { AuditEvent, AuditScene, dataOf } from '../../support/audit-scene';
import { SERVICE_UNAVAILABLE } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';

describe('the audit trail', () => {
  let scene: AuditScene;
  let admin: TestUser;

  beforeAll(async () => {
    scene = await AuditScene.start();
    admin = scene.auditor;
  });
  beforeEach(async () => {
    await scene.app.settled();
    scene.app.clock.advance({ seconds: 61 });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => scene.app.close());

  const post = (
    path: string,
    by: Pick<TestUser, 'headers'>,
    body: object = {},
    app = scene.app,
  ): Promise<HttpAnswer> =>
    app.call(`/api/v1/${path}`, {
      method: 'POST',
      headers: { ...by.headers, 'content-type': 'application/json', 'user-agent': 'curl/8' },
      body: JSON.stringify(body),
    });

  /** Somebody's session that can be ended. */
  const createSession = async (): Promise<{ owner: TestUser; sessionId: string }> => {
    const owner = await scene.app.workspace.createUser({ roles: ['user'], totp: false });
    const loginToken = hashLoginToken(owner.token);
    const session = await scene.app.workspace.createSession({ userId: owner.id, loginToken });
    return { owner, sessionId: String(session.sessionId) };
  };

  /** What was stored during this minute, by event. */
  const recordsOf = async (...events: string[]): Promise<AuditEvent[]> => {
    const now = scene.app.clock.now().getTime();
    const stored = await scene.stored();
    return stored.filter(({ t, ts }) => new Date(ts).getTime() === now && events.includes(t));
  };

  const records = (): AuditRecordsRepository => scene.app.partOf(AuditRecordsRepository);

  const away = (): never => {
    throw new Error('away');
  };

  describe('of endings', () => {
    it('has one record of a session that ended, from the request that ended it', async () => {
      const { owner, sessionId } = await createSession();
      await post('sessions/logout', admin, { sessionId });
      const stored = await recordsOf('session.ended');
      expect(stored).toMatchObject([
        {
          _id: expect.stringMatching(/^ending-/) as string,
          actor: {
            type: 'user',
            _id: admin.id,
            username: `user-${admin.id}`,
            ip: '127.0.0.1',
            useragent: 'curl/8',
          },
        },
      ]);
      expect(stored.map(dataOf)).toEqual([
        {
          result: 'ok',
          reason: 'admin',
          route: 'POST /api/v1/sessions/logout',
          requestId: expect.any(String) as string,
          sessionId,
          userId: owner.id,
        },
      ]);
      const { body } = await scene.read({ sessionId });
      expect(body.events.map(({ _id }) => _id)).toEqual(stored.map(({ _id }) => _id));
    });

    it('has one of each session that a change ended, beside that of the change', async () => {
      const user = await scene.app.workspace.createUser();
      for (let n = 0; n < 3; n++) {
        const { token } = await scene.app.workspace.addLogin(user);
        const loginToken = hashLoginToken(token);
        await scene.app.workspace.createSession({ userId: user.id, loginToken });
      }
      const code = user.codeAt(scene.app.clock.now());
      expect((await post('users.disableTotp', user, { code })).status).toBe(200);
      const [change, ...more] = await recordsOf('second-factor.changed');
      expect([dataOf(change ?? { data: [] }), more]).toMatchObject([
        { result: 'ok', change: 'totp.disabled', answered: 200 },
        [],
      ]);
      const endings = (await recordsOf('session.ended')).map(dataOf);
      expect(endings.map(({ reason }) => reason)).toEqual(Array(3).fill('factor-changed'));
      const requests = new Set(endings.map(({ requestId }) => requestId));
      expect([...requests]).toEqual([dataOf(change ?? { data: [] }).requestId]);
    });

    it.each(['users.logout', 'users.removeOtherTokens'])(
      'has a record of the access tokens that %s removes, beside those of the sessions',
      async (path) => {
        const { owner } = await createSession();
        const program = await scene.app.workspace.addAccessToken(owner);
        expect((await post(path, path === 'users.logout' ? owner : program)).status).toBe(200);
        const stored = await recordsOf('session.ended');
        const own = stored.filter(({ _id }) => !_id.startsWith('ending-'));
        expect(stored).toHaveLength(2);
        expect(own).toMatchObject([{ actor: { _id: owner.id } }]);
        expect(own.map(dataOf)).toMatchObject([{ result: 'ok', change: 'tokens.removed' }]);
      },
    );

    it('has one ending of a session that two processes end at once, and one record per request', async () => {
      const other = await scene.app.another();
      const { sessionId } = await createSession();
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          post('sessions/logout', admin, { sessionId }, n % 2 ? other : scene.app),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
      await other.settled();
      const stored = await recordsOf('session.ended');
      expect(stored.filter(({ _id }) => _id.startsWith('ending-'))).toHaveLength(1);
      expect(new Set(stored.map((one) => dataOf(one).requestId)).size).toBe(12);
      expect(stored).toHaveLength(12);
      await other.close();
    });

    it('has the record of an ending that was interrupted, when somebody looks', async () => {
      const { sessionId } = await createSession();
      jest.spyOn(records(), 'insert').mockImplementationOnce(away);
      expect((await post('sessions/logout', admin, { sessionId })).status).toBe(200);
      expect(await recordsOf('session.ended')).toEqual([]);
      const [read, again] = await Promise.all([
        scene.read({ t: 'session.ended', sessionId }),
        scene.read({ t: 'session.ended', sessionId }),
      ]);
      expect([read.body.total, again.body.total]).toEqual([1, 1]);
      expect(await recordsOf('session.ended')).toHaveLength(1);
    });
  });

  describe('that cannot be stored', () => {
    it('lets no administrative read be answered', async () => {
      const { sessionId } = await scene.app.workspace.createSession();
      jest.spyOn(records(), 'insert').mockImplementation(away);
      for (const path of [
        `sessions/info.admin?sessionId=${String(sessionId)}`,
        'sessions/list.all',
        'audit.sessions',
      ]) {
        const answer = await scene.app.call(`/api/v1/${path}`, { headers: admin.headers });
        expect(answer).toMatchObject(SERVICE_UNAVAILABLE);
        expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      }
      const csv = await scene.read({}, { accept: 'text/csv' });
      expect(csv).toMatchObject(SERVICE_UNAVAILABLE);
      expect(csv.headers).not.toHaveProperty('content-disposition');
    });

    it('lets no refusal be answered as such', async () => {
      jest.spyOn(records(), 'insert').mockImplementation(away);
      const answer = await scene.app.infoAdmin('x');
      expect(answer).toMatchObject(SERVICE_UNAVAILABLE);
    });

    it('takes a login back', async () => {
      const user = await scene.app.workspace.createUser({ password: PASSWORD, totp: false });
      jest.spyOn(records(), 'insert').mockImplementationOnce(away);
      const login = { user: `user-${user.id}`, password: PASSWORD };
      expect(await scene.app.login(login)).toMatchObject(SERVICE_UNAVAILABLE);
      await scene.app.settled();
      const { db } = scene.app.workspace;
      const stored = await db.collection<{ _id: string }>('users').findOne({ _id: user.id });
      const { loginTokens } = (stored as unknown as { services: { resume: { loginTokens: [] } } })
        .services.resume;
      expect(loginTokens).toHaveLength(1);
      const open = { userId: user.id, logoutAt: { $exists: false } };
      expect(await db.collection('rocketchat_sessions').countDocuments(open)).toBe(0);
      expect((await scene.app.login(login)).status).toBe(200);
    });

    it('lets no change begin', async () => {
      const add = jest.spyOn(scene.app.partOf(PersonalAccessTokensRepository), 'add');
      const insert = jest.spyOn(records(), 'insert').mockImplementation(away);
      const generate = (): Promise<HttpAnswer> =>
        post('users.generatePersonalAccessToken', admin, { tokenName: 'never' });
      expect(await generate()).toMatchObject(SERVICE_UNAVAILABLE);
      // It was tried once: a second attempt would only take longer.
      expect(insert).toHaveBeenCalledTimes(1);
      expect(add).not.toHaveBeenCalled();
    });

    it('leaves a change as it was begun, when only its end cannot be stored', async () => {
      jest.spyOn(records(), 'replace').mockImplementation(away);
      const answer = await post('users.generatePersonalAccessToken', admin, { tokenName: 'new' });
      expect(answer.status).toBe(200);
      expect((await recordsOf('access-token.changed')).map(dataOf)).toMatchObject([
        { result: 'unfinished', change: 'access-token.generated', tokenName: 'new' },
      ]);
    });
  });

  it('has the record of a change from before it begins, and only one', async () => {
    const tokens = scene.app.partOf(PersonalAccessTokensRepository);
    const seen: AuditEvent[] = [];
    const remove = tokens.remove.bind(tokens);
    jest.spyOn(tokens, 'remove').mockImplementationOnce(async (...given) => {
      seen.push(...(await recordsOf('access-token.changed')));
      return remove(...given);
    });
    await post('users.removePersonalAccessToken', admin, { tokenName: 'unknown' });
    const [begun] = seen;
    const [ended, ...more] = await recordsOf('access-token.changed');
    expect([begun?._id, more]).toEqual([ended?._id, []]);
    expect([begun, ended].map((one) => dataOf(one ?? { data: [] }).result)).toEqual([
      'unfinished',
      'access-token-obstacle',
    ]);
  });

  it('counts refused changes that a user repeats, and leaves nothing of their beginnings', async () => {
    scene.app.onOneInstance('each process counts what it repeats');
    const { owner } = await createSession();
    const forget = (): Promise<HttpAnswer> =>
      post('sessions/forget.me', owner, { sessionId: 'unknown' });
    const answers = await Promise.all(Array.from({ length: 60 }, forget));
    expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(404));
    scene.app.clock.advance({ seconds: 61 });
    await scene.read({ actor: owner.id });
    const stored = (await scene.stored()).filter(({ actor }) => actor._id === owner.id).map(dataOf);
    expect(stored).toHaveLength(MAX_ALIKE + 1);
    expect(stored.map(({ result }) => result)).toEqual(
      Array(MAX_ALIKE + 1).fill('session-not-found'),
    );
    expect(stored.filter(({ repeated }) => repeated === 60 - MAX_ALIKE)).toHaveLength(1);
  });

  it('counts them, too, when they began before the minute of the count did', async () => {
    scene.app.onOneInstance('each process counts what it repeats');
    const { owner } = await createSession();
    const forget = (): Promise<HttpAnswer> =>
      post('sessions/forget.me', owner, { sessionId: 'unknown' });
    const insert = records().insert.bind(records());
    // Every announcement that is stored takes a millisecond of the service's time.
    jest.spyOn(records(), 'insert').mockImplementation(async (...given) => {
      scene.app.clock.advance({ seconds: 0.001 });
      return insert(...given);
    });
    for (let round = 0; round < 4; round++) {
      await Promise.all(Array.from({ length: 30 }, forget));
    }
    const stored = (await scene.stored()).filter(({ actor }) => actor._id === owner.id);
    expect(stored.length).toBe(MAX_ALIKE);
  });

  it('keeps every record of a change that may have been made, however often it fails', async () => {
    const tokens = scene.app.partOf(PersonalAccessTokensRepository);
    jest.spyOn(tokens, 'add').mockImplementation(away);
    const path = 'users.generatePersonalAccessToken';
    const count = MAX_ALIKE + 5;
    const generate = (): Promise<HttpAnswer> => post(path, admin, { tokenName: 'uncertain' });
    await Promise.all(Array.from({ length: count }, generate));
    const stored = await recordsOf('access-token.changed');
    expect(stored.map((one) => dataOf(one).result)).toEqual(Array(count).fill('unforeseen'));
  });

  describe('when the database refuses its insert', () => {
    type Command = mongo.Db['command'];
    type Way = (insert: () => ReturnType<Command>) => ReturnType<Command>;
    /** The first inserts take these ways instead. @returns how many there have been */
    const insertBy = (...ways: Way[]): (() => number) => {
      const { db } = scene.app.partOf<Connection>(getConnectionToken());
      if (!db) throw new Error('The service is not connected.');
      const command = db.command.bind(db);
      let inserts = 0;
      jest.spyOn(db, 'command').mockImplementation((...given) => {
        if (!('insert' in given[0])) return command(...given);
        const way = ways[inserts++];
        return way ? way(() => command(...given)) : command(...given);
      });
      return () => inserts;
    };
    const look = async (): Promise<{ status: number; stored: AuditEvent[] }> => {
      const { sessionId } = await scene.app.workspace.createSession();
      const { status } = await scene.app.infoAdmin(String(sessionId), admin.headers);
      return { status, stored: await recordsOf('session.viewed') };
    };
    const lost = (): never => {
      throw new mongo.MongoNetworkError('connection closed');
    };
    const refuse = (code: number) => (): never => {
      throw new mongo.MongoServerError({ code, message: 'no' });
    };

    it.each<[string, () => never]>([
      ['the connection is lost', lost],
      ['the primary steps down', refuse(10107)],
      ['the server shuts down', refuse(91)],
    ])('repeats it if %s', async (_case, fail) => {
      const inserts = insertBy(fail);
      expect(await look()).toMatchObject({ status: 200, stored: [{ t: 'session.viewed' }] });
      expect(inserts()).toBe(2);
    });

    it('has one record of it if only the answer is lost', async () => {
      insertBy(async (insert) => {
        await insert();
        return lost();
      });
      const { status, stored } = await look();
      expect({ status, stored: stored.length }).toEqual({ status: 200, stored: 1 });
    });

    it('sends many records in parts, and says which of all were refused', async () => {
      const ts = scene.app.clock.now();
      const expiresAt = new Date('2999-01-01');
      const many = Array.from({ length: 2200 }, (_, n): AuditRecord => {
        return { _id: `many-${n}`, t: 'login', ts, actor: {}, data: [], keys: [], expiresAt };
      });
      const refuseOne: Way = async (insert) => {
        await insert();
        return { ok: 1, writeErrors: [{ index: 3, code: 10334 }] };
      };
      const inserts = insertBy((insert) => insert(), refuseOne);
      const failures = await records().insert(many);
      expect([...failures.keys()]).toEqual([1003]);
      expect(inserts()).toBe(3);
      const stored = (await scene.stored()).filter(({ _id }) => _id.startsWith('many-'));
      expect(stored).toHaveLength(2200);
    });

    it('repeats it once only', async () => {
      const inserts = insertBy(lost, lost);
      expect((await look()).status).toBe(503);
      expect(inserts()).toBe(2);
    });

    it.each<[string, () => Promise<object>]>([
      ['the command', refuse(13)],
      ['the record', () => Promise.resolve({ ok: 1, writeErrors: [{ index: 0, code: 10334 }] })],
      ['to wait', () => Promise.resolve({ ok: 1, writeConcernError: { code: 64, errmsg: 'no' } })],
    ])('does not repeat it if the database refuses %s', async (_case, fail) => {
      const inserts = insertBy(fail);
      expect(await look()).toEqual({ status: 503, stored: [] });
      expect(inserts()).toBe(1);
    });
  });

  it('answers in time when the database takes too long for the record', async () => {
    const quick = await scene.app.another({ REQUEST_TIMEOUT_MS: '300' });
    await quick.infoAdmin('x', admin.headers);
    const insert = jest.spyOn(quick.app.get(AuditRecordsRepository, { strict: false }), 'insert');
    let release: () => void = () => undefined;
    const stored = new Promise<Map<number, unknown>>((resolve) => {
      release = () => {
        resolve(new Map());
      };
    });
    insert.mockImplementationOnce(() => stored);
    const { sessionId } = await scene.app.workspace.createSession();
    const answer = await quick.infoAdmin(String(sessionId), admin.headers);
    expect(answer).toMatchObject(SERVICE_UNAVAILABLE);
    expect(insert).toHaveBeenCalledTimes(1);
    release();
    await quick.close();
  });

  it('counts what strangers repeat, so that they cannot fill the database', async () => {
    scene.app.onOneInstance('each process counts what it repeats');
    await Promise.all(Array.from({ length: 300 }, () => post('logout', { headers: {} })));
    scene.app.clock.advance({ seconds: 61 });
    await scene.read({ t: 'session.ended' });
    const stored = (await scene.stored()).filter((one) => dataOf(one).result === 'not-logged-in');
    const ofLogout = stored.filter((one) => dataOf(one).route === 'POST /api/v1/logout');
    expect(ofLogout.length).toBeLessThan(30);
    const counts = ofLogout.map((one) => Number(dataOf(one).repeated ?? 1));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(300);
  });
});
