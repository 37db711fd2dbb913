import { IncomingMessage, request } from 'node:http';
import { getModelToken } from '@nestjs/mongoose';
import { Model, mongo } from 'mongoose';
import { StoredAuditRecord } from '../../../src/audit/audit-record.schema';
import { DatabaseConfig } from '../../../src/config/database.config';
import { EXPORT_LIMITS } from '../../../src/audit-trail/audit-trail.exporter';
import { AuditRecordsRepository } from '../../../src/audit/audit-records.repository';
import { AuditScene, AuditEvent, dataOf } from '../../support/audit-scene';
import { invalidParameters, NO_PERMISSION, typedRefusal } from '../../support/expectations';
import { forgedCursor } from '../../support/forged-cursor';
import { expectIndexed } from '../../support/explain';

const FILLED = 'filled-';
const FROM = new Date('2026-01-01T00:00:00.000Z');
const INVALID_CURSOR = typedRefusal('Invalid cursor [error-invalid-cursor]');

describe('GET /api/v1/audit.sessions', () => {
  let scene: AuditScene;

  beforeAll(async () => {
    scene = await AuditScene.start();
    await scene.fill(FROM, 1200, (n) => ({
      ...(n % 3 === 0 && { t: 'session.viewed', keys: ['t:session.viewed', 'actor:someone'] }),
      ...(n % 300 === 7 && { keys: ['t:login', 'actor:ann', 'actor:Ann', 'userId:bob'] }),
      ...(n === 8 && { keys: ['t:login', 'actor:ann', 'sessionId:S'] }),
    }));
    scene.app.clock.set(new Date(at(7200)));
  });
  afterAll(() => scene.app.close());

  const at = (n: number): string => new Date(FROM.getTime() + n * 1000).toISOString();
  const filled = (events: AuditEvent[]): number[] =>
    events
      .filter(({ _id }) => _id.startsWith(FILLED))
      .map(({ _id }) => Number(_id.slice(FILLED.length)));
  const found = async (parameters: Record<string, string>): Promise<number[]> =>
    filled((await scene.read({ end: at(1199), ...parameters })).body.events);

  it('answers in the documented shape, newest first', async () => {
    const { status, text } = await scene.read({ start: at(1198), end: at(1199) });
    expect(status).toBe(200);
    const event = (n: number, t: string): string =>
      `{"_id":"filled-00${n}","t":"${t}","ts":"${at(n)}","actor":{"type":"user","_id":"someone","ip":"192.0.2.1","useragent":"test"},"data":[{"key":"result","value":"ok"}]}`;
    expect(text).toBe(
      `{"events":[${event(1199, 'login')},${event(1198, 'login')}],"count":50,"offset":0,"total":2,"success":true}`,
    );
  });

  it('pages by count and offset, with the total of all pages', async () => {
    const span = { start: at(0), end: at(1199) };
    expect((await scene.read(span)).body).toMatchObject({ count: 50, offset: 0, total: 1200 });
    const { body } = await scene.read({ ...span, count: '3', offset: '10' });
    expect(body).toMatchObject({ count: 3, offset: 10, total: 1200 });
    expect(filled(body.events)).toEqual([1189, 1188, 1187]);
    const capped = await scene.read({ ...span, count: '1000' });
    expect(capped.body.count).toBe(100);
    expect(capped.body.events).toHaveLength(100);
    expect((await scene.read({ ...span, offset: '2000' })).body).toMatchObject({
      events: [],
      total: 1200,
    });
  });

  it.each<[string, Record<string, string>, number[]]>([
    ['an id of an actor', { actor: 'ann', start: '2000-01-01' }, [907, 607]],
    ['a name of an actor', { actor: 'Ann' }, [907, 607]],
    ['a user', { userId: 'bob' }, [907, 607]],
    ['a session', { sessionId: 'S' }, [8]],
    ['an event', { t: 'session.viewed' }, [1197, 1194]],
    ['all of them', { actor: 'ann', sessionId: 'S', t: 'login' }, [8]],
    ['nobody', { actor: 'nobody' }, []],
    ['the empty name', { actor: '' }, []],
    ['an operator', { actor: '{"$ne":""}' }, []],
    ['a span of time', { start: at(5), end: at(6) }, [6, 5]],
    ['a span in another zone', { start: '2999-01-01T00:00:00+14:00' }, []],
  ])('finds what matches %s', async (_case, parameters, first) => {
    const numbers = await found(parameters);
    expect(numbers.slice(0, 2)).toEqual(first);
  });

  it('counts what matches', async () => {
    const end = at(1199);
    expect((await scene.read({ actor: 'ann', end })).body.total).toBe(5);
    expect((await scene.read({ userId: 'bob', end, count: '1' })).body.total).toBe(4);
  });

  it('counts all records exactly, too', async () => {
    const { db } = scene.app.workspace;
    await scene.app.settled();
    const count = await db.collection('ws_audit').countDocuments();
    expect((await scene.read()).body.total).toBe(count);
  });

  it.each([{ t: 'session.viewed' }, { t: 'session.viewed', cursor: '' }, {}])(
    'answers %j when there is too much to count, with the estimate of all records as total',
    async (parameters) => {
      const model = scene.app.partOf<Model<unknown>>(getModelToken(StoredAuditRecord.name));
      const count = jest.spyOn(model, 'countDocuments').mockImplementationOnce(() => {
        throw new mongo.MongoServerError({ code: 50 });
      });
      // Its value is the database's own affair: two estimates one after the other may differ.
      const estimate = jest.spyOn(model, 'estimatedDocumentCount');
      estimate.mockResolvedValueOnce(12_345);
      const { status, body } = await scene.read({ end: at(1199), ...parameters });
      expect({ status, total: body.total }).toEqual({ status: 200, total: 12_345 });
      expect(body.events).toHaveLength(50);
      // The database gives up long before the request does.
      const [, options] = count.mock.calls[0] ?? [];
      const maxTimeMS = scene.app.partOf(DatabaseConfig).timeoutMs / 4;
      expect(options?.maxTimeMS).toBe(maxTimeMS);
      expect(estimate.mock.calls).toEqual([[{ maxTimeMS }]]);
      count.mockRestore();
      estimate.mockRestore();
    },
  );

  it('does not hide any other failure of the count', async () => {
    const model = scene.app.partOf<Model<unknown>>(getModelToken(StoredAuditRecord.name));
    const count = jest.spyOn(model, 'countDocuments').mockImplementationOnce(() => {
      throw new mongo.MongoServerError({ code: 13 });
    });
    expect((await scene.read()).status).toBe(500);
    count.mockRestore();
  });

  it('walks by cursor through everything that matches, each once', async () => {
    const span = { start: at(0), end: at(1199), t: 'session.viewed', count: '90' };
    const seen: number[] = [];
    let cursor: string | null | undefined = '';
    while (typeof cursor === 'string') {
      const { body } = await scene.read({ ...span, cursor });
      expect(body).toMatchObject({ count: 90, offset: 0, total: 400 });
      seen.push(...filled(body.events));
      cursor = body.nextCursor;
      // Newer ones that come meanwhile do not disturb it.
      expect((await scene.read({ actor: 'nobody' })).status).toBe(200);
    }
    expect(cursor).toBeNull();
    expect(seen).toEqual(Array.from({ length: 400 }, (_, n) => 1197 - 3 * n));
  });

  it('walks through records of the same millisecond', async () => {
    const then = new Date(FROM.getTime() - 86_400_000);
    const { db } = scene.app.workspace;
    const ids = Array.from({ length: 7 }, (_, n) => `same-${n}`);
    await db
      .collection('ws_audit')
      .insertMany(
        ids.map((_id) => ({ _id, t: 'login', ts: then, actor: {}, data: [], keys: [] })) as never[],
      );
    const span = { start: then.toISOString(), end: then.toISOString(), count: '3' };
    const seen: string[] = [];
    for (let cursor: string | null | undefined = ''; typeof cursor === 'string';) {
      const { body } = await scene.read({ ...span, cursor });
      seen.push(...body.events.map(({ _id }) => _id));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(ids.toReversed());
  });

  it('refuses a cursor that is foreign, changed, or beside an offset, before it asks for a code', async () => {
    const { body } = await scene.read({ cursor: '', count: '1', t: 'login' });
    const cursor = String(body.nextCursor);
    const admin = await scene.app.workspace.createUser();
    for (const [parameters, headers] of [
      [{ cursor, count: '1' }, {}],
      [{ cursor, count: '1', t: 'session.viewed' }, {}],
      [{ cursor: `${cursor}x`, t: 'login' }, {}],
      [{ cursor: cursor.replace(/^./, 'x'), t: 'login' }, {}],
      [{ cursor, offset: '0', t: 'login' }, {}],
      [{ cursor, t: 'login' }, admin.headers],
      [{ cursor: '\u0000'.repeat(5000) }, admin.headers],
      ...['x', '5', '[0]', '[null,"id"]', '[1e300,"id"]', '[0,{"$gt":""}]'].map((body) => {
        const scope = ['audit.sessions', null, null, { t: 'login' }];
        return [
          { cursor: forgedCursor(scene.auditor.token, scope, body), t: 'login' },
          {},
        ] as const;
      }),
    ] as const) {
      expect(await scene.read(parameters, headers)).toMatchObject(INVALID_CURSOR);
    }
    // It is of use to any process.
    const other = await scene.app.another();
    const path = `/api/v1/audit.sessions?${new URLSearchParams({ cursor, t: 'login', count: '1' }).toString()}`;
    expect((await other.call(path, { headers: scene.auditor.headers })).status).toBe(200);
    await other.close();
  });

  it.each<[Record<string, string>, string]>([
    [{ start: 'yesterday' }, 'must match format "date-time"'],
    [{ end: '2026-13-01' }, 'must match format "date-time"'],
    [{ start: '1e3' }, 'must match format "date-time"'],
    [{ end: '2026-01-01T00:00:00' }, 'must match format "date-time"'],
    [{ t: 'nonsense' }, 'must be equal to one of the allowed values'],
    [{ count: '0' }, 'must be >= 1'],
    [{ offset: '-1' }, 'must be >= 0'],
    [{ count: 'x' }, 'must be number'],
    [{ 'actor[$ne]': 'x' }, 'must be string'],
    [{ filter: 'x' }, 'must NOT have additional properties'],
  ])('refuses %j', async (parameters, message) => {
    expect(await scene.read(parameters)).toMatchObject(invalidParameters(message));
  });

  it('refuses a repeated parameter', async () => {
    const path = '/api/v1/audit.sessions?t=login&t=login';
    const answer = await scene.app.call(path, { headers: scene.auditor.headers });
    expect(answer).toMatchObject(invalidParameters('must be string'));
  });

  it('refuses whoever may not audit, administrators included', async () => {
    await scene.app.workspace.setPermission('can-audit', ['auditor']);
    scene.app.clock.advance({ seconds: 60 });
    expect(await scene.read()).toMatchObject(NO_PERMISSION);
    await scene.app.workspace.setPermission('can-audit', ['admin']);
    scene.app.clock.advance({ seconds: 60 });
  });

  it('leaves a record of its own, which names what was asked for', async () => {
    await scene.read({ actor: 'ann', sessionId: 'S', t: 'login', start: at(0) });
    const [own] = (await scene.read({ t: 'audit.viewed', count: '1' })).body.events;
    expect(own).toMatchObject({ t: 'audit.viewed', actor: { _id: scene.auditor.id } });
    expect(dataOf(own ?? { data: [] })).toMatchObject({
      result: 'ok',
      actor: 'ann',
      sessionId: 'S',
      t: 'login',
      start: at(0),
    });
  });

  it('reads through an index, whatever is asked for', async () => {
    const { db } = scene.app.workspace;
    const asked = [
      {},
      { start: at(3) },
      { end: at(3) },
      { start: at(3), end: at(9) },
      { t: 'login' },
      { actor: 'ann' },
      { userId: 'bob' },
      { sessionId: 'S' },
      { t: 'login', actor: 'ann', userId: 'bob', sessionId: 'S', start: at(3), end: at(9) },
    ];
    for (const parameters of asked) {
      const first = await scene.read({ ...parameters, cursor: '', count: '1' });
      const cursor = first.body.nextCursor;
      const commands = await scene.app.commandsDuring(async () => {
        await scene.read(parameters);
        if (cursor) await scene.read({ ...parameters, cursor });
        await scene.read(parameters, { accept: 'text/csv' });
      });
      const reads = commands.filter(({ command }) =>
        ['find', 'aggregate', 'count'].some((name) => command[name] === 'ws_audit'),
      );
      expect(reads.length).toBeGreaterThanOrEqual(3);
      for (const command of reads) await expectIndexed(db, command);
    }
  });

  describe('as a stream', () => {
    const span = (): Record<string, string> => ({ start: at(0), end: at(1199) });

    it('sends everything that matches as lines of JSON', async () => {
      const { status, headers, text } = await scene.read(span(), {
        accept: 'application/x-ndjson',
      });
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
      expect(headers['content-disposition']).toBe('attachment; filename="audit.ndjson"');
      const lines = text.trimEnd().split('\n');
      const events = lines.map((line) => JSON.parse(line) as AuditEvent);
      expect(filled(events)).toEqual(Array.from({ length: 1200 }, (_, n) => 1199 - n));
      const [first] = (await scene.read({ ...span(), count: '1' })).body.events;
      expect(events[0]).toEqual(first);
    });

    it('sends everything that matches as CSV, in which no spreadsheet finds a formula', async () => {
      const { db } = scene.app.workspace;
      const then = new Date(FROM.getTime() - 2 * 86_400_000);
      await db.collection('ws_audit').insertOne({
        _id: 'formula',
        t: 'login',
        ts: then,
        actor: { type: 'user', username: '=cmd|calc', useragent: '@x,"y"' },
        data: [
          { key: 'result', value: '+1' },
          { key: 'tokenName', value: '-2' },
          { key: 'answered', value: null },
        ],
        keys: [],
      } as never);
      const { headers, text } = await scene.read(
        { start: then.toISOString(), end: then.toISOString() },
        { accept: 'text/csv' },
      );
      expect(headers['content-type']).toBe('text/csv; charset=utf-8');
      expect(text).toBe(
        'ts,t,actorId,actorUsername,ip,useragent,result,reason,route,requestId,answered,sessionId,userId,data,_id\n' +
          `${then.toISOString()},login,,'=cmd|calc,,"'@x,""y""",'+1,,,,,,,"{""tokenName"":""-2""}",formula\n`,
      );
    });

    it('sends no line when nothing matches', async () => {
      const nobody = { actor: 'nobody' };
      expect((await scene.read(nobody, { accept: 'application/x-ndjson' })).text).toBe('');
      expect((await scene.read(nobody, { accept: 'text/csv' })).text).toMatch(/^ts,.*_id\n$/);
    });

    it('refuses as JSON', async () => {
      const answer = await scene.read({ t: 'nonsense' }, { accept: 'text/csv' });
      expect(answer).toMatchObject(invalidParameters('must be equal to one of the allowed values'));
    });

    const then = new Date(FROM.getTime() - 10 * 86_400_000);
    const old = { start: then.toISOString(), end: new Date(then.getTime() + 2e6).toISOString() };

    /** An export of more than goes into the buffers, whose client does not read. */
    const openUnread = async (): Promise<IncomingMessage> => {
      const path = `/api/v1/audit.sessions?${new URLSearchParams(old).toString()}`;
      const headers = { ...scene.auditor.headers, accept: 'application/x-ndjson' };
      const open = await new Promise<IncomingMessage>((resolve, reject) => {
        const outgoing = request(scene.app.url + path, { headers, agent: false }, resolve);
        outgoing.on('error', reject);
        outgoing.end();
      });
      open.on('error', () => undefined);
      return open;
    };

    beforeAll(async () => {
      const wide = [{ key: 'result', value: 'x'.repeat(30_000) }];
      await scene.fill(then, 550, (n) => ({ _id: `wide-${n}`, data: wide }));
    });

    it('bounds how many run at once, and ends one whose client goes away', async () => {
      scene.app.onOneInstance('each process bounds its own');
      const limit = jest.replaceProperty(EXPORT_LIMITS, 'atOnce', 1);
      const open = await openUnread();
      const second = await scene.read(old, { accept: 'application/x-ndjson' });
      expect([second.status, second.headers['retry-after']]).toEqual([503, '30']);
      open.destroy();
      let status = 503;
      while (status === 503) {
        ({ status } = await scene.read({ actor: 'nobody' }, { accept: 'text/csv' }));
      }
      expect(status).toBe(200);
      limit.restore();
    });

    it('leaves room for others: one user runs two at most', async () => {
      scene.app.onOneInstance('each process bounds its own');
      const limit = jest.replaceProperty(EXPORT_LIMITS, 'ofOne', 1);
      const open = await openUnread();
      const nobody = { actor: 'nobody' };
      const csv = { accept: 'text/csv' };
      expect((await scene.read(nobody, csv)).status).toBe(503);
      const other = await scene.app.workspace.createUser({
        personalAccessToken: { bypassTwoFactor: true },
      });
      expect((await scene.read(nobody, { ...csv, ...other.headers })).status).toBe(200);
      open.destroy();
      let status = 503;
      while (status === 503) ({ status } = await scene.read(nobody, csv));
      limit.restore();
    });

    it.each([
      ['was logged out', { 'services.resume.loginTokens': [] }],
      ['lost the permission', { roles: ['user'] }],
    ])('is cut off when its caller %s meanwhile', async (_case, fields) => {
      const limit = jest.replaceProperty(EXPORT_LIMITS, 'checked', 1);
      const caller = await scene.app.workspace.createUser({
        personalAccessToken: { bypassTwoFactor: true },
      });
      const users = scene.app.workspace.db.collection<{ _id: string }>('users');
      const records = scene.app.partOf(AuditRecordsRepository);
      const find = records.find.bind(records);
      const reads = jest.spyOn(records, 'find').mockImplementation(async (...given) => {
        const found = await find(...given);
        await users.updateOne({ _id: caller.id }, { $set: fields });
        return found;
      });
      const cut = scene.read(span(), { ...caller.headers, accept: 'text/csv' });
      await expect(cut).rejects.toThrow();
      expect(reads).toHaveBeenCalledTimes(1);
      reads.mockRestore();
      limit.restore();
    });
  });
});
