import { TestApp } from '../../support/app';
import { forgedCursor } from '../../support/forged-cursor';
import { HttpAnswer } from '../../support/http';
import { IndexScene } from '../../support/index-scene';
import { newId, TestUser } from '../../support/workspace';

const INVALID = {
  status: 400,
  body: {
    success: false,
    error: 'Invalid cursor [error-invalid-cursor]',
    errorType: 'error-invalid-cursor',
  },
};

interface Walked {
  sessions: { sessionId: string }[];
  nextCursor: string | null;
  [field: string]: unknown;
}

describe.each([
  ['list', 'documents'],
  ['list.all', 'documents'],
  ['list.all', 'index'],
] as const)('GET /api/v1/sessions/%s?cursor= from the %s', (route, source) => {
  let app: TestApp;
  let caller: TestUser;
  let scene: IndexScene;

  const ask = (query: Record<string, string>, headers = caller.headers): Promise<HttpAnswer> =>
    app.call(`/api/v1/sessions/${route}?${new URLSearchParams(query).toString()}`, { headers });
  const step = async (query: Record<string, string>): Promise<Walked> => {
    const answer = await ask(query);
    expect(answer.status).toBe(200);
    return answer.body as Walked;
  };
  const create = async (fields: Record<string, unknown>): Promise<string> => {
    const stored = await app.workspace.createSession({ userId: caller.id, ...fields });
    const login = { token: String(stored.loginToken), owner: String(stored.userId) };
    if (source === 'index') await scene.projector.project([login]);
    return String(stored.sessionId);
  };
  const add = (n: number): Promise<string> =>
    create({
      loginAt: new Date(Math.floor(n / 3)),
      device: { name: `Device ${n % 2}`, os: { name: 'Linux', version: '' } },
    });
  const walk = async (
    query: Record<string, string>,
    between: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<string[]> => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { sessions, nextCursor }: Walked = await step({ ...query, cursor });
      seen.push(...sessions.map(({ sessionId }) => sessionId));
      cursor = nextCursor;
      await between();
    }
    return seen;
  };

  beforeAll(async () => {
    app = await TestApp.start();
    scene = new IndexScene(app);
    if (source === 'index') await scene.use();
    caller = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
  });
  afterAll(() => app.close());

  it('begins and ends with a list of nothing', async () => {
    expect(await step({ cursor: '' })).toEqual({
      sessions: [],
      total: 0,
      count: 50,
      offset: 0,
      nextCursor: null,
      success: true,
    });
  });

  it('shows every session once, whatever comes and goes meanwhile', async () => {
    const lasting: string[] = [];
    for (let n = 0; n < 11; n++) lasting.push(await add(n));
    let n = 100;
    for (const sort of ['{}', '{"device.name":1}', '{"_user.name":-1,"device.name":1}']) {
      const seen = await walk({ count: '3', sort }, async () => {
        await add(n++);
        const ending = await add(n++);
        await app.workspace.db.collection('rocketchat_sessions').deleteOne({ sessionId: ending });
      });
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining(lasting));
    }
  });

  it.each([
    ['{"device.name":1}', 'z'],
    ['{"device.name":1}', 'a'],
    ['{"device.name":-1}', 'z'],
    ['{"device.name":-1}', 'a'],
  ])('shows a login once that gets another document meanwhile: %s, %s', async (sort, first) => {
    const host = newId();
    const device = { name: 'Same', os: { name: 'Linux', version: '' } };
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) ids.push(await create({ host, device, loginAt: new Date(n) }));
    const sessions = app.workspace.db.collection<{ _id: string; loginAt: Date }>(
      'rocketchat_sessions',
    );
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Walked = await step({ count: '1', sort, filter: host, cursor });
      const [{ sessionId } = { sessionId: '' }] = page.sessions;
      seen.push(sessionId);
      cursor = page.nextCursor;
      const shown = await sessions.findOne({ host, sessionId } as object);
      if (!shown) throw new Error('The session is not there.');
      await sessions.insertOne({ ...shown, _id: `${first}${newId()}`, loginAt: new Date(1000) });
    }
    expect(seen).toHaveLength(4);
    expect(new Set(seen)).toEqual(new Set(ids));
  });

  it('walks in the order of the list', async () => {
    const query = { sort: '{"device.name":-1}', filter: 'DEVICE' };
    const { sessions } = await step({ ...query, count: '100' });
    expect(await walk({ ...query, count: '4' })).toEqual(
      sessions.map(({ sessionId }) => sessionId),
    );
    expect(Object.keys(await step({ count: '2' }))).not.toContain('nextCursor');
  });

  it('refuses a cursor of another sort, filter or caller, a changed one, and one with an offset', async () => {
    const { nextCursor } = await step({ count: '2', cursor: '' });
    const cursor = String(nextCursor);
    expect((await ask({ cursor })).status).toBe(200);
    const other = await app.workspace.createUser({
      personalAccessToken: { bypassTwoFactor: true },
    });
    expect(await ask({ cursor, sort: '{"loginAt":1}' })).toMatchObject(INVALID);
    expect(await ask({ cursor, filter: 'x' })).toMatchObject(INVALID);
    expect(await ask({ cursor }, other.headers)).toMatchObject(INVALID);
    expect(await ask({ cursor: `${cursor}A` })).toMatchObject(INVALID);
    expect(await ask({ cursor: `A${cursor}` })).toMatchObject(INVALID);
    expect(await ask({ cursor: '\0' })).toMatchObject(INVALID);
    expect(await ask({ cursor, offset: '0' })).toMatchObject(INVALID);
  });

  it('refuses what its caller signed but no list wrote, and the cursor of the other list', async () => {
    const sort = '{"device.name":1}';
    const forged = (body: string, of: string = route): string =>
      forgedCursor(caller.token, [`sessions/${of}`, '', [['device.name', 1]]], body);
    const right = '["v","","v","","",""]';
    expect((await ask({ cursor: forged(right), sort })).status).toBe(200);
    const other = route === 'list' ? 'list.all' : 'list';
    expect(await ask({ cursor: forged(right, other), sort })).toMatchObject(INVALID);
    for (const body of [
      'x',
      '5',
      '["i","zz","s"]',
      '["v",{"$regex":"("},"s"]',
      '["v",{"$regex":"("},"v","","",""]',
      '["d",1e300,"v","","",""]',
      '["r","v",{"$gt":""},"hash"]',
      '["r","v","no such document","hash"]',
    ]) {
      expect(await ask({ cursor: forged(body), sort })).toMatchObject(INVALID);
    }
  });

  it('goes on behind a row with a very long text', async () => {
    const name = 'x'.repeat(2000);
    const host = newId();
    const owner =
      route === 'list.all' ? (await app.workspace.createUser({ fields: { name } })).id : caller.id;
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push(await create({ userId: owner, host, device: { name } }));
    const key = route === 'list.all' ? '_user.name' : 'device.name';
    for (const sort of [`{"${key}":1}`, `{"${key}":-1}`, `{"${key}":1,"loginAt":-1}`]) {
      const seen = await walk({ count: '2', sort, filter: host });
      expect(seen).toHaveLength(5);
      expect(new Set(seen)).toEqual(new Set(ids));
    }
  });

  it('begins anew when a row with a very long text has changed meanwhile', async () => {
    const name = 'x'.repeat(2000);
    const host = newId();
    for (let n = 0; n < 2; n++) await create({ host, device: { name } });
    const query = { count: '1', sort: '{"device.name":1}', filter: host };
    const { nextCursor } = await step({ ...query, cursor: '' });
    await app.workspace.db
      .collection('rocketchat_sessions')
      .updateMany({ host }, { $set: { 'device.name': 'a' } });
    expect(await ask({ ...query, cursor: String(nextCursor) })).toMatchObject(INVALID);
    if (source === 'index') await scene.projector.projectChanged({ owners: [caller.id] });
    expect(await walk(query)).toHaveLength(2);
  });

  it('shows each of many logins of one session id and one value', async () => {
    const [host, sessionId] = [newId(), newId()];
    for (let n = 0; n < 40; n++) await create({ host, sessionId, loginAt: new Date(0) });
    for (const [sort, filter] of [
      ['{"loginAt":1}', host],
      ['{"loginAt":1}', ''],
      ['{"loginAt":-1}', ''],
      ['{"loginAt":1,"device.name":-1}', ''],
    ] as const) {
      let [cursor, rows, steps]: [string | null, number, number] = ['', 0, 0];
      while (cursor !== null && steps++ < 40) {
        const page: Walked = await step({ count: '7', sort, filter, cursor });
        rows += page.sessions.filter((row) => row.sessionId === sessionId).length;
        cursor = page.nextCursor;
      }
      expect({ rows, cursor }).toEqual({ rows: 40, cursor: null });
    }
  });

  it('holds no token and no hash', async () => {
    const { nextCursor } = await step({ count: '1', cursor: '' });
    const text = Buffer.from(String(nextCursor).split('.')[0] ?? '', 'base64url').toString();
    const hashes = await app.workspace.db.collection('rocketchat_sessions').find().toArray();
    for (const { loginToken } of hashes) expect(text).not.toContain(String(loginToken));
  });
});
