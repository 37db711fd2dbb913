import { TestApp } from '../../support/app';
import { describeCommand, expectIndexed } from '../../support/explain';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';

describe('signing in: what it costs', () => {
  let app: TestApp;
  let plain: TestUser;
  let careful: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    plain = await app.workspace.createUser({ password: PASSWORD, totp: false });
    careful = await app.workspace.createUser({ password: PASSWORD });
    // A planner may pass over an index for a collection that fits on a page.
    for (let i = 0; i < 300; i++) await app.workspace.createUser({ totp: false });
  });
  afterAll(() => app.close());

  const commandsOf = async (action: () => Promise<unknown>): Promise<string[]> =>
    (await app.commandsDuring(action)).map(describeCommand);
  const login = (user: TestUser, fields: object = {}): Promise<unknown> =>
    app.login({ user: `user-${user.id}`, password: PASSWORD, ...fields });

  const CHECK = 'find ws_rate_limits';
  const COUNT = 'update ws_rate_limits';
  /** By the likely spellings of the name, by its beginnings, and by the id of whoever was found. */
  const FIND = ['find users', 'find users', 'find users'];
  /** The address and the name are counted at once; the account when it is known. */
  const JUDGE = [CHECK, COUNT, ...FIND, COUNT];
  const GIVE_BACK = COUNT;
  const [ATTEMPT, CLAIM, CLOSE] = Array<string>(3).fill('update ws_second_factors') as [
    string,
    string,
    string,
  ];
  const STORE = ['insert rocketchat_sessions', 'findAndModify users'];

  it.each<[string, () => Promise<unknown>, string[]]>([
    ['a login', () => login(plain), [...JUDGE, GIVE_BACK, ...STORE]],
    [
      'a login with a code',
      () => login(careful, { code: careful.codeAt(app.clock.now()) }),
      [...JUDGE, GIVE_BACK, ATTEMPT, CLAIM, ...STORE],
    ],
    [
      'a login with a wrong code',
      () => login(careful, { code: 'wrong!' }),
      [...JUDGE, GIVE_BACK, ATTEMPT, CLAIM, CLOSE],
    ],
    ['a login without the code', () => login(careful), [...JUDGE, GIVE_BACK]],
    ['a wrong password', () => login(plain, { password: 'wrong' }), JUDGE],
    ['an unknown user', () => app.login({ user: 'nobody-at-all', password: 'wrong' }), JUDGE],
    [
      'a name of few letters',
      () => app.login({ user: 'rod', password: 'wrong' }),
      [CHECK, COUNT, 'find users', 'find users', COUNT],
    ],
    ['a body that is no login', () => app.login({}), []],
    ['resuming', () => app.login({ resume: plain.token }), ['find users', 'find users']],
    ['me', () => app.call('/api/v1/me', { headers: plain.headers }), ['find users', 'find users']],
  ])('%s takes no more than it needs', async (_case, action, expected) => {
    expect(await commandsOf(action)).toEqual(expected);
  });

  it('a logout takes five, and one that nobody waits for', async () => {
    const login = await app.workspace.addLogin(plain);
    const logout = async (): Promise<void> => {
      await app.call('/api/v1/logout', { method: 'POST', headers: login.headers });
      await app.settled();
    };
    expect(await commandsOf(logout)).toEqual([
      'find users',
      // What the session was, which its ending tells.
      'aggregate rocketchat_sessions',
      'insert ws_session_endings',
      'update users',
      'update rocketchat_sessions',
      // Behind the answer: the ending is complete.
      'update ws_session_endings',
    ]);
  });

  it("finds everything through the workspace's own indexes", async () => {
    app.clock.advance({ seconds: 30 });
    const code = careful.codeAt(app.clock.now());
    const commands = await app.commandsDuring(async () => {
      await login(plain);
      await login(careful, { code });
      await app.login({ user: `${plain.id}@example.com`, password: PASSWORD });
      await app.login({ user: 'Nobody', password: 'wrong' });
      await app.login({ email: 'Nobody@Example.com', password: 'wrong' });
      await app.login({ resume: plain.token });
      for (let i = 0; i < 11; i++) await login(plain, { password: 'wrong' });
    });
    expect(commands.length).toBeGreaterThan(50);
    for (const command of commands) await expectIndexed(app.workspace.db, command);
  });

  it('a blocked login takes one', async () => {
    expect(await commandsOf(() => login(plain, { password: 'wrong' }))).toEqual([CHECK]);
  });
});
