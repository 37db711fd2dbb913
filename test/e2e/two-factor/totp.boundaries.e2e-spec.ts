import { TestApp } from '../../support/app';
import { TOTP_INVALID, TOTP_MAX_ATTEMPTS } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser, UserOptions } from '../../support/workspace';

const OK = { status: 200 };
const STEP_MS = 30_000;
const PASSWORD = 'correct horse';

/** Submits a code in one of the ways that the service offers. */
interface Route {
  path: string;
  as: UserOptions;
  submit: (app: TestApp, user: TestUser, code: string) => Promise<HttpAnswer>;
}

const change =
  (action: string): Route['submit'] =>
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
    submit: (app, user, code) =>
      app.call('/api/v1/sessions/list.all', { headers: { ...user.headers, 'x-2fa-code': code } }),
  },
  {
    path: 'login',
    as: { password: PASSWORD },
    submit: (app, user, code) => app.login({ user: `user-${user.id}`, password: PASSWORD, code }),
  },
  { path: 'users.validateTotp', as: { enrolling: true }, submit: change('validateTotp') },
  { path: 'users.disableTotp', as: {}, submit: change('disableTotp') },
  { path: 'users.regenerateTotpCodes', as: {}, submit: change('regenerateTotpCodes') },
];

/** The moment `ms` milliseconds after another. */
const after = (moment: Date, ms: number): Date => new Date(moment.getTime() + ms);

/** The same user in another program. */
const inProgram = (user: TestUser, name: string): TestUser => ({
  ...user,
  headers: { ...user.headers, 'user-agent': name },
});

/** Submits the code of the time step that is `steps` after the one that begins at `start`. */
const submitCodeOf = (app: TestApp, user: TestUser, start: Date, steps = 0): Promise<HttpAnswer> =>
  app.infoAdmin('none', {
    ...user.headers,
    'x-2fa-code': user.codeAt(after(start, steps * STEP_MS)),
  });
/** An accepted code lets the request go on to look for a session. */
const ACCEPTED = { status: 404 };

/** The beginning of a future time step, far enough away for any offset of a test. */
function nextStart(app: TestApp): Date {
  app.clock.startStep();
  return after(app.clock.now(), 10 * STEP_MS);
}

describe('lifetime of a TOTP code, to the millisecond', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  describe.each(ROUTES)('$path', ({ as, submit }) => {
    it.each([
      ['refuses a code one millisecond before the step before its own', -STEP_MS - 1, false],
      ['accepts a code from the first millisecond of the step before its own', -STEP_MS, true],
      ['accepts a code in the last millisecond before its own step', -1, true],
      ['accepts a code in the first millisecond of its own step', 0, true],
      ['accepts a code in the last millisecond of its own step', STEP_MS - 1, true],
      ['accepts a code in the first millisecond of the step after its own', STEP_MS, true],
      ['accepts a code in the last millisecond of the step after its own', 2 * STEP_MS - 1, true],
      ['refuses a code after the step after its own', 2 * STEP_MS, false],
    ])('%s', async (_case, offset, isAccepted) => {
      const start = nextStart(app);
      const user = await app.workspace.createUser(as);
      app.clock.set(after(start, offset));
      const answer = await submit(app, user, user.codeAt(start));
      if (isAccepted) expect(answer).toMatchObject(OK);
      else expect(answer.text).toContain('"totp-invalid"');
    });
  });
});

describe('one-time use of a TOTP code at the ends of time steps', () => {
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

  const submitAt = (offset: number, by: TestUser | undefined, steps = 0): Promise<HttpAnswer> => {
    app.clock.set(after(start, offset));
    return submitCodeOf(app, by ?? user, start, steps);
  };

  it.each([
    ['the last millisecond of its life, and the next one', 2 * STEP_MS - 1, 2 * STEP_MS],
    ['the last millisecond before its step, and the first of it', -1, 0],
    ['the last millisecond of its step, and the first after it', STEP_MS - 1, STEP_MS],
    ['the first millisecond of its life, and the last', -STEP_MS, 2 * STEP_MS - 1],
  ])(
    'refuses the code to a second client when they submit it in %s',
    async (_case, first, second) => {
      expect(await submitAt(first, one)).toMatchObject(ACCEPTED);
      expect(await submitAt(first, two)).toMatchObject(TOTP_INVALID);
      expect(await submitAt(second, two)).toMatchObject(TOTP_INVALID);
      const isOver = second >= 2 * STEP_MS;
      expect(await submitAt(second, one)).toMatchObject(isOver ? TOTP_INVALID : ACCEPTED);
    },
  );

  it('keeps a code used up when the next code is used, and the other way round', async () => {
    expect(await submitAt(2 * STEP_MS - 1, one)).toMatchObject(ACCEPTED);
    expect(await submitAt(2 * STEP_MS, two, 1)).toMatchObject(ACCEPTED);
    expect(await submitAt(2 * STEP_MS, one, 1)).toMatchObject(TOTP_INVALID);
    expect(await submitAt(2 * STEP_MS, two, 0)).toMatchObject(TOTP_INVALID);
  });

  it('keeps all three valid codes used up at once, for every client and in any order', async () => {
    for (const order of [
      [-1, 0, 1],
      [1, 0, -1],
      [0, 1, -1],
    ]) {
      user = await app.workspace.createUser();
      const owner = (steps: number): TestUser => inProgram(user, `owner of ${String(steps)}`);
      for (const steps of order)
        expect(await submitAt(0, owner(steps), steps)).toMatchObject(ACCEPTED);
      for (const steps of order) {
        expect(await submitAt(STEP_MS - 1, owner(steps), steps)).toMatchObject(ACCEPTED);
        const others = order.filter((other) => other !== steps).map(owner);
        for (const other of [...others, inProgram(user, 'stranger')]) {
          expect(await submitAt(STEP_MS - 1, other, steps)).toMatchObject(TOTP_INVALID);
        }
      }
      // A millisecond later the first code has expired, two are still claimed, and a new one is unused.
      expect(await submitAt(STEP_MS, owner(-1), -1)).toMatchObject(TOTP_INVALID);
      expect(await submitAt(STEP_MS, inProgram(user, 'stranger'), 2)).toMatchObject(ACCEPTED);
      for (const steps of [0, 1]) {
        expect(await submitAt(STEP_MS, owner(steps), steps)).toMatchObject(ACCEPTED);
        expect(await submitAt(STEP_MS, inProgram(user, 'stranger'), steps)).toMatchObject(
          TOTP_INVALID,
        );
      }
    }
  });

  it('lets one of ten clients pass that submit a code in the last millisecond of its life', async () => {
    app.clock.set(after(start, 2 * STEP_MS - 1));
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        submitCodeOf(app, inProgram(user, `client ${n}`), start),
      ),
    );
    expect(answers.filter(({ status }) => status === ACCEPTED.status)).toHaveLength(1);
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

  /** Both directions in which a code may travel. */
  const bothWays = (): [TestApp, TestApp][] => [
    [behind, ahead],
    [ahead, behind],
  ];

  it.each([0, STEP_MS - 1])(
    'lets no second client use a code %d ms into a time step',
    async (offset) => {
      behind.clock.set(after(start, offset));
      ahead.clock.set(after(start, offset + STEP_MS));
      for (const [first, second] of bothWays()) {
        // The codes that both services accept.
        for (const steps of [0, 1]) {
          user = await behind.workspace.createUser();
          expect(await submitCodeOf(first, inProgram(user, 'one'), start, steps)).toMatchObject(
            ACCEPTED,
          );
          for (const service of [first, second]) {
            const theirs = await submitCodeOf(service, inProgram(user, 'two'), start, steps);
            expect(theirs).toMatchObject(TOTP_INVALID);
          }
          // The client that used it may submit it to either service.
          expect(await submitCodeOf(second, inProgram(user, 'one'), start, steps)).toMatchObject(
            ACCEPTED,
          );
        }
      }
    },
  );

  it('keeps the claims of all four codes that either service accepts, in any order', async () => {
    const takes: [TestApp, number][] = [
      [behind, -1],
      [behind, 0],
      [ahead, 1],
      [ahead, 2],
    ];
    for (const order of [takes, [...takes].reverse()]) {
      user = await behind.workspace.createUser();
      for (const [service, steps] of order) {
        expect(await submitCodeOf(service, user, start, steps)).toMatchObject(ACCEPTED);
      }
      for (const [service, steps] of order) {
        const other = inProgram(user, `another for ${String(steps)}`);
        expect(await submitCodeOf(service, other, start, steps)).toMatchObject(TOTP_INVALID);
        expect(await submitCodeOf(service, user, start, steps)).toMatchObject(ACCEPTED);
      }
    }
  });

  it('accepts on one service a single code more at either end than on the other', async () => {
    for (const [service, taken] of [
      [behind, [-1, 0, 1]],
      [ahead, [0, 1, 2]],
    ] as const) {
      user = await behind.workspace.createUser();
      for (const steps of [-2, -1, 0, 1, 2, 3]) {
        const isAccepted = taken.some((step) => step === steps);
        expect(await submitCodeOf(service, user, start, steps)).toMatchObject(
          isAccepted ? ACCEPTED : TOTP_INVALID,
        );
      }
    }
  });

  it('lets one of twenty clients pass that submit one code at once, ten times', async () => {
    for (let repetition = 0; repetition < 10; repetition++) {
      user = await behind.workspace.createUser();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          submitCodeOf(n % 2 === 0 ? behind : ahead, inProgram(user, `client ${n}`), start),
        ),
      );
      expect(answers.filter(({ status }) => status === ACCEPTED.status)).toHaveLength(1);
    }
  });

  it('shares one lockout, whose end each service tells by its own clock', async () => {
    for (const [first, second] of bothWays()) {
      user = await behind.workspace.createUser();
      for (let i = 0; i < 5; i++) {
        const wrong = i % 2 === 0 ? first : second;
        expect(await submitCodeOf(wrong, user, start, 50)).toMatchObject(TOTP_INVALID);
      }
      expect(await submitCodeOf(second, user, start)).toMatchObject(TOTP_MAX_ATTEMPTS);
      const locked = await submitCodeOf(first, user, start);
      expect(locked).toMatchObject(TOTP_MAX_ATTEMPTS);
      expect(locked.headers['retry-after']).toBe('900');
      const seen = (await submitCodeOf(second, user, start)).headers['retry-after'];
      expect(seen).toBe(second === ahead ? '870' : '930');
    }
  });

  it('recognises on each service the logins of the other', async () => {
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
