import { TestApp } from '../../support/app';
import { TOTP_INVALID, TOTP_MAX_ATTEMPTS } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser, UserOptions } from '../../support/workspace';

const OK = { status: 200 };
const STEP_MS = 30_000;
const PASSWORD = 'correct horse';

/** Shows a code in one of the ways in which the service takes one. */
interface Route {
  path: string;
  as: UserOptions;
  show: (app: TestApp, user: TestUser, code: string) => Promise<HttpAnswer>;
}

const change =
  (action: string): Route['show'] =>
  (app, user, code) =>
    app.call(`/api/v1/users.${action}`, {
      method: 'POST',
      headers: { ...user.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });

const ROUTES: Route[] = [
  {
    path: 'sessions/list.all',
    as: {},
    show: (app, user, code) =>
      app.call('/api/v1/sessions/list.all', { headers: { ...user.headers, 'x-2fa-code': code } }),
  },
  {
    path: 'login',
    as: { password: PASSWORD },
    show: (app, user, code) => app.login({ user: `user-${user.id}`, password: PASSWORD, code }),
  },
  { path: 'users.validateTotp', as: { enrolling: true }, show: change('validateTotp') },
  { path: 'users.disableTotp', as: {}, show: change('disableTotp') },
  { path: 'users.regenerateTotpCodes', as: {}, show: change('regenerateTotpCodes') },
];

/** A moment so many milliseconds from another. */
const after = (moment: Date, ms: number): Date => new Date(moment.getTime() + ms);

/** The same person, in another program. */
const inProgram = (user: TestUser, name: string): TestUser => ({
  ...user,
  headers: { ...user.headers, 'user-agent': name },
});

/** Shows to the service the code of the step so many steps from the one that begins at `start`. */
const shows = (app: TestApp, user: TestUser, start: Date, steps = 0): Promise<HttpAnswer> =>
  app.infoAdmin('none', {
    ...user.headers,
    'x-2fa-code': user.codeAt(after(start, steps * STEP_MS)),
  });
/** A code that is taken lets the request go on to look for a session. */
const TAKEN = { status: 404 };

/** The beginning of a step that is to come, far enough away for any offset of a test. */
function nextStart(app: TestApp): Date {
  app.clock.startStep();
  return after(app.clock.now(), 10 * STEP_MS);
}

describe('the life of a TOTP code, to the millisecond', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  describe.each(ROUTES)('$path', ({ as, show }) => {
    it.each([
      ['refuses it one millisecond before the step before its own', -STEP_MS - 1, false],
      ['takes it from the first millisecond of the step before its own', -STEP_MS, true],
      ['takes it in the last millisecond before its own step', -1, true],
      ['takes it in the first millisecond of its own step', 0, true],
      ['takes it in the last millisecond of its own step', STEP_MS - 1, true],
      ['takes it in the first millisecond of the step after its own', STEP_MS, true],
      ['takes it until the last millisecond of the step after its own', 2 * STEP_MS - 1, true],
      ['refuses it one millisecond later', 2 * STEP_MS, false],
    ])('%s', async (_case, offset, isTaken) => {
      const start = nextStart(app);
      const user = await app.workspace.createUser(as);
      app.clock.set(after(start, offset));
      const answer = await show(app, user, user.codeAt(start));
      if (isTaken) expect(answer).toMatchObject(OK);
      else expect(answer.text).toContain('"totp-invalid"');
    });
  });
});

describe('the one use of a TOTP code, around the ends of steps', () => {
  let app: TestApp;
  let start: Date;
  let user: TestUser;
  let [one, two]: TestUser[] = [];

  beforeAll(async () => {
    app = await TestApp.start({
      TWO_FACTOR_MAX_ATTEMPTS: '100',
      TWO_FACTOR_MAX_ATTEMPTS_PER_USER: '1000',
    });
  });
  beforeEach(async () => {
    start = nextStart(app);
    user = await app.workspace.createUser();
    [one, two] = [inProgram(user, 'one'), inProgram(user, 'two')];
  });
  afterAll(() => app.close());

  const showAt = (offset: number, by: TestUser | undefined, steps = 0): Promise<HttpAnswer> => {
    app.clock.set(after(start, offset));
    return shows(app, by ?? user, start, steps);
  };

  it.each([
    ['the last millisecond of its life, and the next one', 2 * STEP_MS - 1, 2 * STEP_MS],
    ['the last millisecond before its step, and the first of it', -1, 0],
    ['the last millisecond of its step, and the first after it', STEP_MS - 1, STEP_MS],
    ['the first millisecond of its life, and the last', -STEP_MS, 2 * STEP_MS - 1],
  ])('one client in %s for another: refused', async (_case, first, second) => {
    expect(await showAt(first, one)).toMatchObject(TAKEN);
    expect(await showAt(first, two)).toMatchObject(TOTP_INVALID);
    expect(await showAt(second, two)).toMatchObject(TOTP_INVALID);
    const isOver = second >= 2 * STEP_MS;
    expect(await showAt(second, one)).toMatchObject(isOver ? TOTP_INVALID : TAKEN);
  });

  it('is not given back by the code of the next step, nor taken from it', async () => {
    expect(await showAt(2 * STEP_MS - 1, one)).toMatchObject(TAKEN);
    expect(await showAt(2 * STEP_MS, two, 1)).toMatchObject(TAKEN);
    expect(await showAt(2 * STEP_MS, one, 1)).toMatchObject(TOTP_INVALID);
    expect(await showAt(2 * STEP_MS, two, 0)).toMatchObject(TOTP_INVALID);
  });

  it('holds for all three codes of a moment at once, whoever has them, in any order', async () => {
    for (const order of [
      [-1, 0, 1],
      [1, 0, -1],
      [0, 1, -1],
    ]) {
      user = await app.workspace.createUser();
      const owner = (steps: number): TestUser => inProgram(user, `owner of ${String(steps)}`);
      for (const steps of order) expect(await showAt(0, owner(steps), steps)).toMatchObject(TAKEN);
      for (const steps of order) {
        expect(await showAt(STEP_MS - 1, owner(steps), steps)).toMatchObject(TAKEN);
        const others = order.filter((other) => other !== steps).map(owner);
        for (const other of [...others, inProgram(user, 'nobody')]) {
          expect(await showAt(STEP_MS - 1, other, steps)).toMatchObject(TOTP_INVALID);
        }
      }
      // One millisecond on, the first has ended, two stand, and a new one is free.
      expect(await showAt(STEP_MS, owner(-1), -1)).toMatchObject(TOTP_INVALID);
      expect(await showAt(STEP_MS, inProgram(user, 'nobody'), 2)).toMatchObject(TAKEN);
      for (const steps of [0, 1]) {
        expect(await showAt(STEP_MS, owner(steps), steps)).toMatchObject(TAKEN);
        expect(await showAt(STEP_MS, inProgram(user, 'nobody'), steps)).toMatchObject(TOTP_INVALID);
      }
    }
  });

  it('lets one of ten clients have it when they ask in the last millisecond of its life', async () => {
    app.clock.set(after(start, 2 * STEP_MS - 1));
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => shows(app, inProgram(user, `client ${n}`), start)),
    );
    expect(answers.filter(({ status }) => status === TAKEN.status)).toHaveLength(1);
  });
});

describe('two services on one database whose clocks differ by 30 s', () => {
  let behind: TestApp;
  let ahead: TestApp;
  let start: Date;
  let user: TestUser;

  beforeAll(async () => {
    behind = await TestApp.start();
    ahead = await behind.another();
  });
  beforeEach(async () => {
    start = nextStart(behind);
    behind.clock.set(start);
    ahead.clock.set(after(start, STEP_MS));
    user = await behind.workspace.createUser();
  });
  afterAll(async () => {
    await ahead.close();
    await behind.close();
  });

  /** In both directions; each time anew. */
  const bothWays = (): [TestApp, TestApp][] => [
    [behind, ahead],
    [ahead, behind],
  ];

  it.each([0, STEP_MS - 1])(
    'let no second client have a code, %d ms into a step',
    async (offset) => {
      behind.clock.set(after(start, offset));
      ahead.clock.set(after(start, offset + STEP_MS));
      for (const [first, second] of bothWays()) {
        // The codes that both of them take.
        for (const steps of [0, 1]) {
          user = await behind.workspace.createUser();
          expect(await shows(first, inProgram(user, 'one'), start, steps)).toMatchObject(TAKEN);
          for (const service of [first, second]) {
            const theirs = await shows(service, inProgram(user, 'two'), start, steps);
            expect(theirs).toMatchObject(TOTP_INVALID);
          }
          // The client that has it may show it to either.
          expect(await shows(second, inProgram(user, 'one'), start, steps)).toMatchObject(TAKEN);
        }
      }
    },
  );

  it('keep the claims of all four codes that one or the other takes, in any order', async () => {
    const takes: [TestApp, number][] = [
      [behind, -1],
      [behind, 0],
      [ahead, 1],
      [ahead, 2],
    ];
    for (const order of [takes, [...takes].reverse()]) {
      user = await behind.workspace.createUser();
      for (const [service, steps] of order) {
        expect(await shows(service, user, start, steps)).toMatchObject(TAKEN);
      }
      for (const [service, steps] of order) {
        const other = inProgram(user, `another for ${String(steps)}`);
        expect(await shows(service, other, start, steps)).toMatchObject(TOTP_INVALID);
        expect(await shows(service, user, start, steps)).toMatchObject(TAKEN);
      }
    }
  });

  it('differ by one code at either end, and by no more', async () => {
    for (const [service, taken] of [
      [behind, [-1, 0, 1]],
      [ahead, [0, 1, 2]],
    ] as const) {
      user = await behind.workspace.createUser();
      for (const steps of [-2, -1, 0, 1, 2, 3]) {
        const isTaken = taken.some((step) => step === steps);
        expect(await shows(service, user, start, steps)).toMatchObject(
          isTaken ? TAKEN : TOTP_INVALID,
        );
      }
    }
  });

  it('serve one of twenty clients that show one code at once, ten times', async () => {
    for (let repetition = 0; repetition < 10; repetition++) {
      user = await behind.workspace.createUser();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          shows(n % 2 === 0 ? behind : ahead, inProgram(user, `client ${n}`), start),
        ),
      );
      expect(answers.filter(({ status }) => status === TAKEN.status)).toHaveLength(1);
    }
  });

  it('share one cap on wrong codes, whose end each tells by its own clock', async () => {
    for (const [first, second] of bothWays()) {
      user = await behind.workspace.createUser();
      for (let i = 0; i < 5; i++) {
        const wrong = i % 2 === 0 ? first : second;
        expect(await shows(wrong, user, start, 50)).toMatchObject(TOTP_INVALID);
      }
      expect(await shows(second, user, start)).toMatchObject(TOTP_MAX_ATTEMPTS);
      const locked = await shows(first, user, start);
      expect(locked).toMatchObject(TOTP_MAX_ATTEMPTS);
      expect(locked.headers['retry-after']).toBe('900');
      const seen = (await shows(second, user, start)).headers['retry-after'];
      expect(seen).toBe(second === ahead ? '870' : '930');
    }
  });

  it('know the logins of each other', async () => {
    for (const [first, second] of bothWays()) {
      user = await behind.workspace.createUser({ password: PASSWORD });
      const code = user.codeAt(after(start, STEP_MS));
      const answer = await first.login({ user: `user-${user.id}`, password: PASSWORD, code });
      expect(answer).toMatchObject(OK);
      const { userId, authToken } = (answer.body as { data: Record<string, string> }).data;
      const headers = { 'x-user-id': String(userId), 'x-auth-token': String(authToken) };
      expect(await second.call('/api/v1/me', { headers })).toMatchObject(OK);
      const replay = await second.login({ user: `user-${user.id}`, password: PASSWORD, code });
      expect(replay.text).toContain('"totp-invalid"');
    }
  });
});
