import { mongo } from 'mongoose';
import { SORT_KEYS } from '../../../src/session-index/session-order';
import { LiveSessionCounter } from '../../../src/session-index/live-session.counter';
import { SessionLifecycle } from '../../../src/session-lifecycle/session-lifecycle.service';
import { TestApp } from '../../support/app';
import { describeCommand, expectIndexed } from '../../support/explain';
import { IndexScene } from '../../support/index-scene';
import { TestUser } from '../../support/workspace';

const PAGE = ['find ws_live_sessions', 'aggregate ws_live_sessions'];
const CHECK = ['aggregate rocketchat_sessions', 'find users'];
/** Claims, reads and writes the rows of the logins that a write has changed. */
const PROJECT = ['update ws_live_sessions', ...CHECK, 'update ws_live_sessions'];

describe('database commands of the index', () => {
  let app: TestApp;
  let scene: IndexScene;
  let caller: TestUser;
  let logins: { token: string; owner: string; sessionId: string }[];

  const commandsOf = async (
    action: () => Promise<unknown>,
  ): Promise<mongo.CommandStartedEvent[]> => {
    const commands = await app.commandsDuring(async () => {
      await action();
      await app.settled();
    });
    for (const command of commands) await expectIndexed(app.workspace.db, command);
    return commands;
  };
  const list = async (query: Record<string, string>): Promise<string[]> => {
    const path = `/api/v1/sessions/list.all?${new URLSearchParams(query).toString()}`;
    const commands = await commandsOf(async () => {
      const answer = await app.call(path, { headers: caller.headers });
      expect(answer.status).toBe(200);
    });
    // Neither the audit record nor the use of the token is the list's.
    return commands
      .map(describeCommand)
      .filter((name) => !/permissions|ws_audit|ws_token_uses/.test(name))
      .slice(1);
  };

  beforeAll(async () => {
    app = await TestApp.start();
    scene = new IndexScene(app);
    await scene.use();
    caller = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
    logins = [];
    for (let n = 0; n < 300; n++) {
      const { loginToken, sessionId } = await app.workspace.createSession({ userId: caller.id });
      const login = { token: String(loginToken), owner: caller.id, sessionId: String(sessionId) };
      logins.push(login);
    }
    await scene.projector.project(logins);
    await app.app.get(LiveSessionCounter, { strict: false }).count();
  });
  afterAll(() => app.close());

  it.each(SORT_KEYS.flatMap((key) => [1, -1].map((direction) => [key, direction] as const)))(
    'a page by %s %d takes two round trips, each through an index',
    async (key, direction) => {
      const sort = JSON.stringify({ [key]: direction });
      expect(await list({ sort })).toEqual([...PAGE, ...CHECK]);
      expect(await list({ sort, offset: '150' })).toEqual([...PAGE, ...CHECK]);
      expect(await list({ sort, cursor: '' })).toEqual([...PAGE, ...CHECK]);
    },
  );

  it('the total takes one read, and more only where rows have changed', async () => {
    const counter = app.app.get(LiveSessionCounter, { strict: false });
    const count = async (): Promise<string[]> =>
      (await commandsOf(() => counter.count())).map(describeCommand);
    const sum = 'aggregate ws_live_sessions';
    const [changed] = logins;
    if (!changed) throw new Error('There are no logins.');
    await scene.projector.project([changed]);
    const reads = [sum, 'find ws_live_sessions', 'find ws_live_sessions', sum];
    expect(await count()).toEqual([...reads, 'update ws_live_sessions']);
    expect(await count()).toEqual([sum]);
  });

  it('a rare text is found through one of its pieces, which is looked for once', async () => {
    const filter = logins[7]?.sessionId.slice(2, 10) ?? '';
    const commands = await list({ filter });
    expect(commands.slice(-3)).toEqual(['find ws_live_sessions', ...CHECK]);
    expect(new Set(commands.slice(0, -3))).toEqual(new Set(['aggregate ws_live_sessions']));
    expect(await list({ filter })).toEqual(['find ws_live_sessions', ...CHECK]);
  });

  it('a login and a revocation project what they change, behind their own write', async () => {
    const lifecycle = app.app.get(SessionLifecycle, { strict: false });
    const client = { address: '192.0.2.1', userAgent: 'test' };
    const opened = await commandsOf(() =>
      lifecycle.open({
        userId: caller.id,
        roles: [],
        hashedToken: 'new',
        client,
        host: '',
      }),
    );
    expect(opened.map(describeCommand)).toEqual(['insert rocketchat_sessions', ...PROJECT]);
    const some = logins.slice(0, 40);
    const revoked = await commandsOf(() =>
      lifecycle.revoke(
        { sessions: some.map(({ token, owner }) => ({ owner, hashedToken: token })) },
        { by: caller.id, reason: 'logout-all' },
      ),
    );
    const names = revoked.map(describeCommand);
    const stamped = names.indexOf('update rocketchat_sessions');
    expect(names.slice(stamped, stamped + 4)).toEqual([
      'update rocketchat_sessions',
      'update ws_live_sessions',
      'aggregate rocketchat_sessions',
      'delete ws_live_sessions',
    ]);
    const page = await scene.indexed({ order: [['loginAt', -1]], filter: '', count: 1 });
    expect(page.total).toBe(300 - 40 + 1);
  });
});
