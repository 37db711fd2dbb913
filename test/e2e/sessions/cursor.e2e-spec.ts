import { TestApp } from '../../support/app';
import { HttpAnswer } from '../../support/http';
import { IndexScene } from '../../support/index-scene';
import { TestUser } from '../../support/workspace';

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
  const add = async (n: number): Promise<string> => {
    const loginAt = new Date(Math.floor(n / 3));
    const device = { name: `Device ${n % 2}`, os: { name: 'Linux', version: '' } };
    const stored = await app.workspace.createSession({ userId: caller.id, loginAt, device });
    const login = { token: String(stored.loginToken), owner: caller.id };
    if (source === 'index') await scene.projector.project([login]);
    return String(stored.sessionId);
  };
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

  it('holds no token and no hash', async () => {
    const { nextCursor } = await step({ count: '1', cursor: '' });
    const text = Buffer.from(String(nextCursor).split('.')[0] ?? '', 'base64url').toString();
    const hashes = await app.workspace.db.collection('rocketchat_sessions').find().toArray();
    for (const { loginToken } of hashes) expect(text).not.toContain(String(loginToken));
  });
});
