import { mongo } from 'mongoose';
import { hashLoginToken } from '../../../src/auth/login-token';
import { PERMISSION_CACHE_MS } from '../../../src/permissions/permissions.service';
import { TestApp } from '../../support/app';
import { describeCommand, expectIndexed } from '../../support/explain';
import { callRoute, PROTECTED_ROUTES } from '../../support/protected-routes';
import { TestUser } from '../../support/workspace';

function numberOf(commands: readonly string[]): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const name of commands) numbers[name] = (numbers[name] ?? 0) + 1;
  return numbers;
}

describe('GET /api/v1/sessions/info.admin: database commands', () => {
  let app: TestApp;
  let admin: TestUser;
  let bypassing: TestUser;
  let sessionId: string;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.workspace.createUser();
    bypassing = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
    // The first use of an access token is noted, behind the answer.
    await app.infoAdmin('nobody', bypassing.headers);
    await app.settled();
    const owner = await app.workspace.createUser();
    sessionId = String((await app.workspace.createSession({ userId: owner.id })).sessionId);
    // A planner may skip the index of a collection that fits on a page.
    for (let i = 0; i < 300; i++) await app.workspace.createSession();
  });
  afterAll(() => app.close());

  beforeEach(() => {
    app.onOneInstance('each process caches permissions for 3 seconds');
  });

  const commandsOf = async (action: () => Promise<unknown>): Promise<string[]> =>
    (await app.commandsDuring(action)).map(describeCommand);

  it('sends two queries, the attempt and the claim of the code', async () => {
    await app.infoAdmin(sessionId, bypassing.headers);
    app.clock.advance({ seconds: 1 });
    expect(await commandsOf(() => app.infoAdminAs(admin, sessionId))).toEqual([
      'find users',
      'update ws_second_factors',
      'update ws_second_factors',
      'aggregate rocketchat_sessions',
      'insert ws_audit',
    ]);
  });

  it('only asks whether attempts are left when a client shows its code again', async () => {
    await app.infoAdminAs(admin, sessionId);
    expect(await commandsOf(() => app.infoAdminAs(admin, sessionId))).toEqual([
      'find users',
      'find ws_second_factors',
      'aggregate rocketchat_sessions',
      'insert ws_audit',
    ]);
  });

  it('reads the owner of a token and stores the records of parallel requests together', async () => {
    // So many that some are certain to come while another is served, even on a busy machine.
    const MANY = 64;
    const commands = await commandsOf(() =>
      Promise.all(Array.from({ length: MANY }, () => app.infoAdmin(sessionId, bypassing.headers))),
    );
    const { 'insert ws_audit': inserts, 'find users': owners, ...others } = numberOf(commands);
    expect(inserts).toBeLessThan(MANY);
    expect(owners).toBeLessThan(MANY);
    expect(others).toEqual({ 'aggregate rocketchat_sessions': MANY });
  });

  it('sends one more query when the cached permission has expired, once for all requests', async () => {
    app.clock.advance({ seconds: PERMISSION_CACHE_MS / 1000 });
    const commands = await commandsOf(() =>
      Promise.all(Array.from({ length: 5 }, () => app.infoAdmin(sessionId, bypassing.headers))),
    );
    expect(numberOf(commands)).toEqual({
      'find rocketchat_permissions': 1,
      'aggregate rocketchat_sessions': 5,
      // As many as it takes.
      'find users': expect.any(Number) as number,
      'insert ws_audit': expect.any(Number) as number,
    });
  });

  it.each<[string, () => Promise<unknown>, string[]]>([
    ['without headers', () => app.infoAdmin(sessionId), []],
    ['without a code', () => app.infoAdmin(sessionId, admin.headers), ['find users']],
    [
      'for an unknown session',
      () => app.infoAdmin('nobody', bypassing.headers),
      ['find users', 'aggregate rocketchat_sessions'],
    ],
    [
      'with a wrong code',
      () => app.infoAdmin(sessionId, { ...admin.headers, 'x-2fa-code': 'wrong' }),
      ['find users', ...Array<string>(3).fill('update ws_second_factors')],
    ],
    ['for an empty id', () => app.infoAdmin('', bypassing.headers), ['find users']],
  ])('sends only the necessary commands for a request %s', async (_case, action, expected) => {
    expect(await commandsOf(action)).toEqual([...expected, 'insert ws_audit']);
  });

  it('finds every document through an index of the workspace', async () => {
    app.clock.advance({ seconds: PERMISSION_CACHE_MS / 1000 });
    const { db } = app.workspace;
    const commands = await app.commandsDuring(async () => {
      await app.infoAdminAs(admin, sessionId);
      await app.infoAdmin(sessionId, { ...admin.headers, 'x-2fa-code': 'wrong' });
    });
    expect(commands.length).toBeGreaterThanOrEqual(6);
    for (const command of commands) await expectIndexed(db, command);
  });

  it('leaves the collections, indexes and documents of the workspace unchanged', async () => {
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

  it('sends no command for a refusal that repeats', async () => {
    app.clock.advance({ seconds: 60 });
    const ask = (): Promise<unknown> => app.infoAdmin(sessionId);
    await Promise.all(Array.from({ length: 30 }, ask));
    expect(await commandsOf(() => Promise.all(Array.from({ length: 100 }, ask)))).toEqual([]);
  });

  it('stores attempts in a collection with a TTL index', async () => {
    const indexes = await app.workspace.db.collection('ws_second_factors').indexes();
    expect(indexes).toContainEqual(
      expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
    );
  });
});

describe('every protected route: database commands', () => {
  const SIGNED_IN = ['find users'];
  const END = ['update users', 'update rocketchat_sessions'];
  /** Nobody waits for them: an ending's record is stored, and it is noted to be complete, beside what comes then. */
  const SETTLE = ['insert ws_audit', 'update ws_session_endings'];
  const isSettling = (sent: mongo.CommandStartedEvent): boolean =>
    describeCommand(sent) === SETTLE[1] || JSON.stringify(sent.command).includes('"_id":"ending-');
  /** SETTLE comes behind it. The session is known: its document was read to find it. */
  const ENDING = ['insert ws_session_endings', ...END];
  /** What the sessions were, which their endings tell, is read first: once, however many there are. */
  const ENDING_BY_TOKEN = ['aggregate rocketchat_sessions', ...ENDING];
  /** Their tokens are read first, and at last once more: a new login may have come meanwhile. */
  const ENDING_ALL = ['find users', ...ENDING_BY_TOKEN, 'find users'];
  /** Personal access tokens without a session document leave no ending. */
  const NO_ENDING = ['aggregate rocketchat_sessions', ...END];
  /** The record of a change: that it begins, and how it ended. */
  const [BEGUN, DONE] = ['insert ws_audit', 'update ws_audit'];
  /** The attempt, and the claim of the code. */
  const JUDGED = ['update ws_second_factors', 'update ws_second_factors'];
  const PROVEN = ['find users', 'find rocketchat_permissions', ...JUDGED];
  /** ENDING_BY_TOKEN comes behind it, once for all of the user's other logins. */
  const CHANGING = [...SIGNED_IN, ...JUDGED, BEGUN, 'findAndModify users'];
  /** No index knows which second factors are remembered (docs/adr/0032). */
  const SCANS = ['sessions/remembered: aggregate users'];
  const COSTS: Record<string, string[]> = {
    'audit.sessions': [
      ...PROVEN,
      'find ws_session_endings',
      'aggregate ws_audit',
      'find ws_audit',
      'insert ws_audit',
    ],
    'sessions/list': [...SIGNED_IN, 'aggregate rocketchat_sessions'],
    'sessions/info': [...SIGNED_IN, 'find rocketchat_sessions'],
    'sessions/logout.me': [...SIGNED_IN, 'find rocketchat_sessions', ...ENDING],
    'sessions/list.all': [
      ...PROVEN,
      ...Array<string>(2).fill('aggregate rocketchat_sessions'),
      'insert ws_audit',
    ],
    'sessions/info.admin': [...PROVEN, 'aggregate rocketchat_sessions', 'insert ws_audit'],
    'users.enableTotp': [...SIGNED_IN, BEGUN, 'findAndModify users', DONE],
    'users.validateTotp': [...CHANGING, ...ENDING_BY_TOKEN, DONE],
    'users.disableTotp': [...CHANGING, ...ENDING_BY_TOKEN, DONE],
    'users.regenerateTotpCodes': [...SIGNED_IN, ...JUDGED, BEGUN, 'update users', DONE],
    'users.totpCodesRemaining': SIGNED_IN,
    'users.resetTOTP': [
      ...PROVEN,
      BEGUN,
      'find users',
      'findAndModify users',
      ...ENDING_BY_TOKEN,
      DONE,
    ],
    'users.generatePersonalAccessToken': [...PROVEN, BEGUN, 'update users', DONE],
    'users.regeneratePersonalAccessToken': [
      ...PROVEN,
      BEGUN,
      'findAndModify users',
      ...NO_ENDING,
      DONE,
    ],
    'users.removePersonalAccessToken': [
      ...PROVEN,
      BEGUN,
      'findAndModify users',
      ...NO_ENDING,
      DONE,
    ],
    'users.getPersonalAccessTokens': [...SIGNED_IN, 'find rocketchat_permissions', 'find users'],
    'users.2fa.enableEmail': [
      ...SIGNED_IN,
      'find users',
      BEGUN,
      'findAndModify users',
      ...ENDING_BY_TOKEN,
      DONE,
    ],
    'users.2fa.disableEmail': [...CHANGING, ...ENDING_BY_TOKEN, DONE],
    'sessions/logout': [...PROVEN, 'find rocketchat_sessions', ...ENDING],
    // A dry run of a user without sessions.
    'sessions/logout.bulk': [
      ...PROVEN,
      ...Array<string>(2).fill('aggregate rocketchat_sessions'),
      'insert ws_audit',
    ],
    'sessions/history': [...PROVEN, 'find ws_session_endings', 'insert ws_audit'],
    'sessions/remembered': [...PROVEN, 'aggregate users', 'insert ws_audit'],
    'sessions/forget': [...PROVEN, BEGUN, 'find rocketchat_sessions', 'update users', DONE],
    'sessions/forget.me': [...SIGNED_IN, BEGUN, 'find rocketchat_sessions', 'update users', DONE],
    'users.sessions': [...PROVEN, 'find users', 'aggregate rocketchat_sessions', 'insert ws_audit'],
    'users.logout': [...PROVEN, BEGUN, 'find users', ...ENDING_ALL, DONE],
    'users.logoutOtherClients': [...SIGNED_IN, ...ENDING_ALL],
    'users.removeOtherTokens': [...SIGNED_IN, BEGUN, ...ENDING_ALL, DONE],
  };

  it.each(PROTECTED_ROUTES.filter(({ path }) => /^(sessions\/|users\.|audit\.)/.test(path)))(
    'sends only the necessary commands for $path, each through an index',
    async (route) => {
      const app = await TestApp.start(route.env);
      const user = await app.workspace.createUser(route.serves);
      const { sessionId } = await app.workspace.createSession({
        userId: user.id,
        loginToken: hashLoginToken((await app.workspace.addLogin(user)).token),
      });
      const other = await app.workspace.createUser();
      for (let i = 0; i < 300; i++) await app.workspace.createSession();
      const headers = { ...user.headers, 'x-2fa-code': user.codeAt(app.clock.now()) };
      const commands = await app.commandsDuring(async () => {
        const code = user.codeAt(app.clock.now());
        const given = { ID: String(sessionId), CODE: code, OTHER_USER: other.id };
        const answer = await callRoute(app, route, given, headers);
        expect(answer.status).toBe(200);
        await app.settled();
      });
      const awaited = commands.filter((one) => !isSettling(one)).map(describeCommand);
      expect(awaited).toEqual(COSTS[route.path]);
      const settling = awaited.includes('insert ws_session_endings') ? SETTLE : [];
      expect(commands.filter(isSettling).map(describeCommand)).toEqual(settling);
      for (const command of commands) {
        if (!SCANS.includes(`${route.path}: ${describeCommand(command)}`)) {
          await expectIndexed(app.workspace.db, command);
        }
      }
      await app.close();
    },
  );
});
