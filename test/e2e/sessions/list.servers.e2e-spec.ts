import { mongo } from 'mongoose';
import { TestApp } from '../../support/app';
import { describeCommand } from '../../support/explain';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

/** In MongoDB since 3.4 and in compatible servers: no `$facet`, no `$lookup` with a pipeline. */
const STAGES = [
  ...['$match', '$sort', '$group', '$lookup', '$unwind', '$project'],
  ...['$skip', '$limit', '$count'],
];
const ACCUMULATORS = ['$first'];
const LOOKUP = ['from', 'localField', 'foreignField', 'as'];

const QUERIES = [
  '',
  '?count=1',
  '?offset=1',
  '?filter=a',
  '?sort={"device.name":1}',
  '?sort={"_user.name":1}',
  '?filter=a&sort={"_user.username":-1}',
];

describe.each(['list', 'list.all'] as const)('GET /api/v1/sessions/%s: queries', (route) => {
  let app: TestApp;
  let caller: TestUser;

  const list = (query: string): Promise<HttpAnswer> =>
    app.call(`/api/v1/sessions/${route}${query}`, { headers: caller.headers });
  const aggregatesOf = async (query: string): Promise<mongo.Document[]> => {
    const commands = await app.commandsDuring(() => list(query));
    return commands
      .filter(({ commandName }) => commandName === 'aggregate')
      .map(({ command }) => command);
  };

  beforeAll(async () => {
    app = await TestApp.start();
    caller = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
    for (let n = 0; n < 3; n++) await app.workspace.createSession({ userId: caller.id });
  });
  afterAll(() => app.close());

  it.each(QUERIES)('uses portable stages only for the query "%s"', async (query) => {
    const pipelines = (await aggregatesOf(query)).map(({ pipeline }) => pipeline as object[]);
    expect(pipelines.length).toBeGreaterThan(0);
    for (const stage of pipelines.flat()) {
      const [[name, value] = ['', {}], ...others] = Object.entries(stage) as [string, object][];
      expect(others).toEqual([]);
      expect(STAGES).toContain(name);
      if (name === '$lookup') expect(Object.keys(value)).toEqual(LOOKUP);
      if (name !== '$group') continue;
      const { _id, ...fields } = value as { _id: Record<string, string> } & Record<string, object>;
      for (const path of Object.values(_id)) expect(path).toMatch(/^\$\w+$/);
      for (const field of Object.values(fields)) {
        expect(ACCUMULATORS).toContain(Object.keys(field)[0]);
      }
    }
  });

  it('counts the rows, with one aggregate fewer when they fit on the page', async () => {
    const countedBy = async (
      query: string,
    ): Promise<[status: number, total: unknown, aggregates: number]> => {
      let answer: HttpAnswer | undefined;
      const commands = await app.commandsDuring(async () => (answer = await list(query)));
      const { total } = answer?.body as { total: unknown };
      const aggregates = commands
        .map(describeCommand)
        .filter((name) => name.startsWith('aggregate'));
      return [answer?.status ?? 0, total, aggregates.length];
    };
    // Rows that fit on the page need no count; list.all counts in parallel all the same.
    const fits = route === 'list' ? 1 : 2;
    expect(await countedBy('')).toEqual([200, 3, fits]);
    expect(await countedBy('?count=3')).toEqual([200, 3, 2]);
    expect(await countedBy('?count=2&offset=1')).toEqual([200, 3, 2]);
    expect(await countedBy('?count=2&offset=2')).toEqual([200, 3, fits]);
    expect(await countedBy('?offset=9')).toEqual([200, 3, 2]);
    expect(await countedBy('?filter=firefox&count=1')).toEqual([200, 3, 2]);
    expect(await countedBy('?filter=nothing')).toEqual([200, 0, fits]);
  });

  it('never counts fewer rows than it answers while sessions come and go', async () => {
    const { db } = app.workspace;
    const done = new AbortController();
    const writer = (async (): Promise<void> => {
      while (!done.signal.aborted) {
        const { sessionId } = await app.workspace.createSession({ userId: caller.id });
        await db.collection('rocketchat_sessions').deleteOne({ sessionId });
      }
    })();
    for (let n = 0; n < 20; n++) {
      for (const offset of [0, 1, 3]) {
        const { body } = await list(`?count=2&offset=${offset}`);
        const { sessions, total } = body as { sessions: unknown[]; total: number };
        if (sessions.length > 0) expect(total).toBeGreaterThanOrEqual(offset + sessions.length);
      }
    }
    done.abort();
    await writer;
  });

  if (route === 'list.all') {
    it('reads only the name and username of an owner from the database', async () => {
      const client = new mongo.MongoClient(app.databaseUri);
      const replies: unknown[] = [];
      for (const query of QUERIES) {
        for (const { pipeline } of await aggregatesOf(query)) {
          const collection = client.db().collection('rocketchat_sessions');
          replies.push(...(await collection.aggregate(pipeline as object[]).toArray()));
        }
      }
      await client.close();
      const owners = replies.flatMap((row) => (row as { _user?: object })._user ?? []);
      expect(owners.length).toBeGreaterThan(3);
      for (const owner of owners) expect(Object.keys(owner).sort()).toEqual(['name', 'username']);
    });
  }
});
