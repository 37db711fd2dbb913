import { AuditRecordsRepository } from '../../../src/audit/audit-records.repository';
import { TestApp } from '../../support/app';
import { describeCommand, expectIndexed } from '../../support/explain';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';

describe('login, me and logout: database commands', () => {
  let app: TestApp;
  let plain: TestUser;
  let withTotp: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    plain = await app.workspace.createUser({ password: PASSWORD, totp: false });
    withTotp = await app.workspace.createUser({ password: PASSWORD });
    // A planner may skip the index of a collection that fits on a page.
    for (let i = 0; i < 300; i++) await app.workspace.createUser({ totp: false });
  });
  afterAll(() => app.close());

  const commandsOf = async (action: () => Promise<unknown>): Promise<string[]> =>
    (await app.commandsDuring(action)).map(describeCommand);
  const login = (user: TestUser, fields: object = {}): Promise<unknown> =>
    app.login({ user: `user-${user.id}`, password: PASSWORD, ...fields });

  /** Every login counts by its address, before it is judged. */
  const TAKE = 'findAndModify ws_rate_limits';
  const CHECK = 'find ws_rate_limits';
  const COUNT = 'update ws_rate_limits';
  /** By the likely spellings of the name, by its prefixes, and by the id of the user found. */
  const FIND = ['find users', 'find users', 'find users'];
  /** The address and the name are counted first; the account once it is known. */
  const VERIFY = [TAKE, CHECK, COUNT, ...FIND, COUNT];
  const REFUND = COUNT;
  const [ATTEMPT, CLAIM, CLOSE] = Array<string>(3).fill('update ws_second_factors') as [
    string,
    string,
    string,
  ];
  const RECORD = 'insert ws_audit';
  const STORE = ['insert rocketchat_sessions', 'findAndModify users'];

  it.each<[string, () => Promise<unknown>, string[]]>([
    ['a login', () => login(plain), [...VERIFY, REFUND, ...STORE, RECORD]],
    [
      'a login with a code',
      () => login(withTotp, { code: withTotp.codeAt(app.clock.now()) }),
      [...VERIFY, REFUND, ATTEMPT, CLAIM, ...STORE, RECORD],
    ],
    [
      'a login with a wrong code',
      () => login(withTotp, { code: 'wrong!' }),
      [...VERIFY, REFUND, ATTEMPT, CLAIM, CLOSE, RECORD],
    ],
    ['a login without the code', () => login(withTotp), [...VERIFY, REFUND, RECORD]],
    ['a wrong password', () => login(plain, { password: 'wrong' }), [...VERIFY, RECORD]],
    [
      'an unknown user',
      () => app.login({ user: 'nobody-at-all', password: 'wrong' }),
      [...VERIFY, RECORD],
    ],
    [
      'a short name',
      () => app.login({ user: 'rod', password: 'wrong' }),
      [TAKE, CHECK, COUNT, 'find users', 'find users', COUNT, RECORD],
    ],
    ['a body without credentials', () => app.login({}), [TAKE, RECORD]],
    [
      'a resumed login',
      () => app.login({ resume: plain.token }),
      [TAKE, 'find users', 'find users', RECORD],
    ],
    [
      'GET me',
      () => app.call('/api/v1/me', { headers: plain.headers }),
      ['find users', 'find users'],
    ],
  ])('sends only the necessary database commands for %s', async (_case, action, expected) => {
    // Not the first request of its address in this minute.
    await app.login({});
    expect(await commandsOf(action)).toEqual(expected);
  });

  it('sends five database commands for a logout, and two after the answer', async () => {
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
      // Behind the answer: the ending's record, and that it is complete.
      'insert ws_audit',
      'update ws_session_endings',
    ]);
  });

  it('finds every document through an index of the workspace', async () => {
    app.clock.advance({ seconds: 30 });
    const code = withTotp.codeAt(app.clock.now());
    const commands = await app.commandsDuring(async () => {
      await login(plain);
      await login(withTotp, { code });
      await app.login({ user: `${plain.id}@example.com`, password: PASSWORD });
      await app.login({ user: 'Nobody', password: 'wrong' });
      await app.login({ email: 'Nobody@Example.com', password: 'wrong' });
      await app.login({ resume: plain.token });
      for (let i = 0; i < 11; i++) await login(plain, { password: 'wrong' });
    });
    expect(commands.length).toBeGreaterThan(50);
    for (const command of commands) await expectIndexed(app.workspace.db, command);
  });

  it('sends three database commands for a blocked login', async () => {
    expect(await commandsOf(() => login(plain, { password: 'wrong' }))).toEqual([
      TAKE,
      CHECK,
      'insert ws_audit',
    ]);
  });

  it('sends one command more for the first login of an address in a minute', async () => {
    app.clock.advance({ seconds: 60 });
    expect(await commandsOf(() => app.login({}))).toEqual([TAKE, 'insert ws_rate_limits', RECORD]);
    expect(await commandsOf(() => app.login({}))).toEqual([TAKE, RECORD]);
  });

  describe.each([0, 100])('after %i refusals of strangers', (count) => {
    /** Four kinds of refusals, so that of each so many are recorded as may be. */
    const PATHS = ['logout', 'sessions/logout', 'sessions/logout.me', 'sessions/forget.me'];

    beforeEach(async () => {
      app.onOneInstance('each process counts what it repeats');
      app.clock.advance({ seconds: 300 });
      for (let n = 0; n < count; n++) {
        const path = `/api/v1/${PATHS[n % PATHS.length] ?? ''}`;
        expect((await app.call(path, { method: 'POST' })).status).toBe(401);
      }
      // Not the first request of its address in this minute.
      await app.login({});
    });
    afterEach(() => {
      jest.restoreAllMocks();
    });

    const guess = (name: string): Promise<{ status: number }> =>
      app.login({ user: name, password: 'wrong' });

    it('sends the same commands whether or not the user exists', async () => {
      const unknown = await commandsOf(() => guess('user-who-is-unknown'));
      expect(await commandsOf(() => guess(`user-${plain.id}`))).toEqual(unknown);
    });

    it('answers the same whether or not the user exists, if nothing can be recorded', async () => {
      const records = app.partOf(AuditRecordsRepository);
      jest.spyOn(records, 'insert').mockRejectedValue(new Error('away'));
      const unknown = await guess('user-who-is-unknown');
      expect((await guess(`user-${plain.id}`)).status).toBe(unknown.status);
    });
  });
});
