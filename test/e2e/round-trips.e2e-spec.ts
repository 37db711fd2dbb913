import { mongo } from 'mongoose';
import { PERMISSION_CACHE_MS } from '../../src/permissions/permissions.service';
import { TestApp } from '../support/app';
import { TestUser } from '../support/workspace';

/** What a command does and where: `find users`. */
function describeCommand({ commandName, command }: mongo.CommandStartedEvent): string {
  return `${commandName} ${String(command[commandName])}`;
}

/** The reads that find what a command works on, in a form that every database explains. */
function readsOf({ commandName, command }: mongo.CommandStartedEvent): mongo.Document[] {
  if (commandName === 'find') {
    const { find, filter } = command as { find: string; filter: mongo.Document };
    return [{ find, filter }];
  }
  if (commandName === 'update') {
    const { update, updates } = command as { update: string; updates: { q: mongo.Document }[] };
    return updates.map(({ q }) => ({ find: update, filter: q }));
  }
  throw new Error(`The service sends ${commandName}: say here how it is explained.`);
}

describe('GET /api/v1/sessions/info.admin: what it costs', () => {
  let app: TestApp;
  let admin: TestUser;
  let bypassing: TestUser;
  let sessionId: string;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.workspace.createUser();
    bypassing = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
    const owner = await app.workspace.createUser();
    sessionId = String((await app.workspace.createSession({ userId: owner.id })).sessionId);
    // A planner may pass over an index for a collection that fits on a page.
    for (let i = 0; i < 300; i++) await app.workspace.createSession();
  });
  afterAll(() => app.close());

  const commandsOf = async (action: () => Promise<unknown>): Promise<string[]> =>
    (await app.commandsDuring(action)).map(describeCommand);

  it('takes three round trips and the claim of the code', async () => {
    await app.infoAdminAs(admin, sessionId);
    expect(await commandsOf(() => app.infoAdminAs(admin, sessionId))).toEqual([
      'find users',
      'update ws_second_factors',
      'find rocketchat_sessions',
      'find users',
    ]);
  });

  it('takes one more when the permission must be read anew, once for all requests', async () => {
    app.clock.advance({ seconds: PERMISSION_CACHE_MS / 1000 });
    const commands = await commandsOf(() =>
      Promise.all(Array.from({ length: 5 }, () => app.infoAdmin(sessionId, bypassing.headers))),
    );
    expect(commands.filter((name) => name === 'find rocketchat_permissions')).toHaveLength(1);
    expect(commands).toHaveLength(5 * 3 + 1);
  });

  it.each<[string, () => Promise<unknown>, string[]]>([
    ['without headers', () => app.infoAdmin(sessionId), []],
    ['without a code', () => app.infoAdmin(sessionId, admin.headers), ['find users']],
    [
      'of an unknown session',
      () => app.infoAdmin('nobody', bypassing.headers),
      ['find users', 'find rocketchat_sessions'],
    ],
    ['of an empty id', () => app.infoAdmin('', bypassing.headers), ['find users']],
  ])('a request %s takes no more than it needs', async (_case, action, expected) => {
    expect(await commandsOf(action)).toEqual(expected);
  });

  it("finds everything through the workspace's own indexes", async () => {
    app.clock.advance({ seconds: PERMISSION_CACHE_MS / 1000 });
    const { db } = app.workspace;
    const commands = await app.commandsDuring(async () => {
      await app.infoAdminAs(admin, sessionId);
      await app.infoAdmin(sessionId, { ...admin.headers, 'x-2fa-code': 'wrong' });
    });
    const reads = commands.flatMap(readsOf);
    expect(reads.length).toBeGreaterThanOrEqual(7);
    for (const read of reads) {
      const { queryPlanner } = await db.command({ explain: read, verbosity: 'queryPlanner' });
      const plan = JSON.stringify((queryPlanner as { winningPlan: unknown }).winningPlan);
      expect([read.find, plan]).toEqual([
        read.find,
        expect.stringMatching(/IXSCAN|IDHACK|EXPRESS/),
      ]);
      expect(plan).not.toContain('COLLSCAN');
    }
  });

  it("leaves the workspace's collections, indexes and documents as they were", async () => {
    const { db } = app.workspace;
    const own = (name: string): boolean => name.startsWith('ws_');
    const snapshot = async (): Promise<unknown> => {
      const names = (await db.listCollections({}, { nameOnly: true }).toArray())
        .map(({ name }) => name)
        .filter((name) => !own(name))
        .sort();
      return Promise.all(
        names.map(async (name) => ({
          name,
          indexes: (await db.collection(name).indexes()).map(({ key }) => key),
          documents: await db.collection(name).find().sort({ _id: 1 }).toArray(),
        })),
      );
    };
    const before = await snapshot();
    await app.infoAdminAs(admin, sessionId);
    await app.infoAdmin(sessionId, { ...admin.headers, 'x-2fa-code': 'wrong' });
    expect(await snapshot()).toEqual(before);
  });

  it('keeps its own records in a collection with a TTL index', async () => {
    const indexes = await app.workspace.db.collection('ws_second_factors').indexes();
    expect(indexes).toContainEqual(
      expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
    );
  });
});
