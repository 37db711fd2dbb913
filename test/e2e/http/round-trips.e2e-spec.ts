import { hashLoginToken } from '../../../src/auth/login-token';
import { PERMISSION_CACHE_MS } from '../../../src/permissions/permissions.service';
import { TestApp } from '../../support/app';
import { describeCommand, expectIndexed } from '../../support/explain';
import { callRoute, PROTECTED_ROUTES } from '../../support/protected-routes';
import { TestUser } from '../../support/workspace';

describe('GET /api/v1/sessions/info.admin: database commands', () => {
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
    // A planner may skip the index of a collection that fits on a page.
    for (let i = 0; i < 300; i++) await app.workspace.createSession();
  });
  afterAll(() => app.close());

  const commandsOf = async (action: () => Promise<unknown>): Promise<string[]> =>
    (await app.commandsDuring(action)).map(describeCommand);

  it('sends three queries, the attempt and the claim of the code', async () => {
    await app.infoAdminAs(admin, sessionId);
    expect(await commandsOf(() => app.infoAdminAs(admin, sessionId))).toEqual([
      'find users',
      'update ws_second_factors',
      'update ws_second_factors',
      'find rocketchat_sessions',
      'find users',
    ]);
  });

  it('sends one more query when the cached permission has expired, once for all requests', async () => {
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
      'for an unknown session',
      () => app.infoAdmin('nobody', bypassing.headers),
      ['find users', 'find rocketchat_sessions'],
    ],
    [
      'with a wrong code',
      () => app.infoAdmin(sessionId, { ...admin.headers, 'x-2fa-code': 'wrong' }),
      ['find users', ...Array<string>(3).fill('update ws_second_factors')],
    ],
    ['for an empty id', () => app.infoAdmin('', bypassing.headers), ['find users']],
  ])('sends only the necessary commands for a request %s', async (_case, action, expected) => {
    expect(await commandsOf(action)).toEqual(expected);
  });

  it('finds every document through an index of the workspace', async () => {
    app.clock.advance({ seconds: PERMISSION_CACHE_MS / 1000 });
    const { db } = app.workspace;
    const commands = await app.commandsDuring(async () => {
      await app.infoAdminAs(admin, sessionId);
      await app.infoAdmin(sessionId, { ...admin.headers, 'x-2fa-code': 'wrong' });
    });
    expect(commands.length).toBeGreaterThanOrEqual(7);
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
  /** Nobody waits for it: behind the answer, the ending is noted to be complete. */
  const SETTLE = 'update ws_session_endings';
  /** The session is known: its document was read to find it. */
  const ENDING = ['insert ws_session_endings', ...END, SETTLE];
  /** What the sessions were, which their endings tell, is read first: once, however many there are. */
  const ENDING_BY_TOKEN = ['aggregate rocketchat_sessions', ...ENDING];
  /** Personal access tokens without a session document leave no ending. */
  const NO_ENDING = ['aggregate rocketchat_sessions', ...END];
  /** The attempt, and the claim of the code. */
  const JUDGED = ['update ws_second_factors', 'update ws_second_factors'];
  const PROVEN = ['find users', 'find rocketchat_permissions', ...JUDGED];
  /** ENDING_BY_TOKEN comes behind it, once for all of the user's other logins. */
  const CHANGING = [...SIGNED_IN, ...JUDGED, 'findAndModify users'];
  const COSTS: Record<string, string[]> = {
    'sessions/list': [...SIGNED_IN, 'aggregate rocketchat_sessions'],
    'sessions/info': [...SIGNED_IN, 'find rocketchat_sessions'],
    'sessions/logout.me': [...SIGNED_IN, 'find rocketchat_sessions', ...ENDING],
    'sessions/list.all': [...PROVEN, ...Array<string>(2).fill('aggregate rocketchat_sessions')],
    'sessions/info.admin': [...PROVEN, 'find rocketchat_sessions', 'find users'],
    'users.enableTotp': [...SIGNED_IN, 'findAndModify users'],
    'users.validateTotp': [...CHANGING, ...ENDING_BY_TOKEN],
    'users.disableTotp': [...CHANGING, ...ENDING_BY_TOKEN],
    'users.regenerateTotpCodes': [...SIGNED_IN, ...JUDGED, 'update users'],
    'users.totpCodesRemaining': SIGNED_IN,
    'users.resetTOTP': [...PROVEN, 'find users', 'findAndModify users', ...ENDING_BY_TOKEN],
    'users.generatePersonalAccessToken': [...PROVEN, 'update users'],
    'users.regeneratePersonalAccessToken': [...PROVEN, 'findAndModify users', ...NO_ENDING],
    'users.removePersonalAccessToken': [...PROVEN, 'findAndModify users', ...NO_ENDING],
    'users.getPersonalAccessTokens': [...SIGNED_IN, 'find rocketchat_permissions', 'find users'],
    'users.2fa.enableEmail': [
      ...SIGNED_IN,
      'find users',
      'findAndModify users',
      ...ENDING_BY_TOKEN,
    ],
    'users.2fa.disableEmail': [...CHANGING, ...ENDING_BY_TOKEN],
    'sessions/logout': [...PROVEN, 'find rocketchat_sessions', ...ENDING],
  };

  it.each(PROTECTED_ROUTES.filter(({ path }) => /^(sessions\/|users\.)/.test(path)))(
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
      expect(commands.map(describeCommand)).toEqual(COSTS[route.path]);
      for (const command of commands) await expectIndexed(app.workspace.db, command);
      await app.close();
    },
  );
});
