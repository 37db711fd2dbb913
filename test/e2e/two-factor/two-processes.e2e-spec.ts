import { SystemClock } from '../../../src/common/clock/clock';
import { openTestDatabase, TestDatabase } from '../../support/database';
import { call, HttpAnswer } from '../../support/http';
import { tally, wrongCodes } from '../../support/guesses';
import { Mailbox } from '../../support/mailbox';
import { ServiceProcess } from '../../support/service-process';
import { clockAhead } from '../../support/skewed-clock';
import { TestUser, TestWorkspace } from '../../support/workspace';

/** The service runs in separate processes on the real clock. */
const clock = new SystemClock();
const REPETITIONS = 20;
const CLIENTS = 100;

describe('two processes on one database', () => {
  let database: TestDatabase;
  let workspace: TestWorkspace;
  let services: ServiceProcess[] = [];
  let mailbox: Mailbox;
  let sessionId: string;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    database = await openTestDatabase();
    workspace = await new TestWorkspace(database.db, () => clock.now()).prepare();
    sessionId = String((await workspace.createSession()).sessionId);
    services = await Promise.all(
      [1, 2].map(() =>
        ServiceProcess.start({
          MONGODB_URI: database.uri,
          SMTP_URL: mailbox.url,
          REQUEST_TIMEOUT_MS: '30000',
          DATABASE_TIMEOUT_MS: '30000',
        }),
      ),
    );
  }, 60_000);

  afterAll(async () => {
    const codes = await Promise.all(services.map((service) => service.stop()));
    await database.close();
    expect(codes).toEqual([0, 0]);
  });

  /** Sends a request of the n-th client; clients alternate between the two processes. */
  const ask = (user: TestUser, client: number, code: string): Promise<HttpAnswer> => {
    const service = services[client % services.length];
    return call(`${service?.url ?? ''}/api/v1/sessions/info.admin?sessionId=${sessionId}`, {
      headers: { ...user.headers, 'user-agent': `client-${client}`, 'x-2fa-code': code },
    });
  };

  const statuses = (answers: HttpAnswer[], status: number): number =>
    answers.filter((answer) => answer.status === status).length;

  it(`lets exactly one of ${CLIENTS} clients pass that submit one valid code at once, ${REPETITIONS} times`, async () => {
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      const user = await workspace.createUser();
      const code = user.codeAt(clock.now());
      const answers = await Promise.all(
        Array.from({ length: CLIENTS }, (_, client) => ask(user, client, code)),
      );
      expect(statuses(answers, 200)).toBe(1);
      // Replays count as wrong codes: five are verified, the rest meet the lockout.
      expect([statuses(answers, 400), statuses(answers, 429)]).toEqual([5, CLIENTS - 6]);
    }
  }, 120_000);

  it('verifies at most five of 20 parallel wrong codes', async () => {
    const user = await workspace.createUser();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, client) => ask(user, client, 'wrong!')),
    );
    expect([statuses(answers, 400), statuses(answers, 429)]).toEqual([5, 15]);
  });

  /** Lists the sessions from one program with one token. */
  const guess = (user: TestUser, n: number, code: string): Promise<HttpAnswer> =>
    call(`${services[n % services.length]?.url ?? ''}/api/v1/sessions/list.all?count=1`, {
      headers: { ...user.headers, 'x-2fa-code': code },
    });

  it('verifies five of 100 guesses with one token, and refuses the right code at the end', async () => {
    const user = await workspace.createUser();
    const guesses = [...wrongCodes(99, user.secret, clock.now()), user.codeAt(clock.now())];
    const answers = await Promise.all(guesses.map((code, n) => guess(user, n, code)));
    expect(tally(answers)).toEqual({ passed: 0, invalid: 5, locked: 95 });
  }, 60_000);

  it('verifies 25 of 60 guesses with twelve tokens of one user', async () => {
    const user = await workspace.createUser();
    const tokens = await Promise.all(Array.from({ length: 12 }, () => workspace.addLogin(user)));
    const answers = await Promise.all(
      wrongCodes(60, user.secret, clock.now()).map((code, n) =>
        guess(tokens[n % tokens.length] ?? user, n, code),
      ),
    );
    expect(tally(answers)).toEqual({ passed: 0, invalid: 25, locked: 35 });
  }, 60_000);

  it('lets one client pass 40 times at once with one right code, after four wrong ones', async () => {
    const user = await workspace.createUser();
    const wrong = wrongCodes(4, user.secret, clock.now());
    for (const [n, code] of wrong.entries()) await guess(user, n, code);
    const code = user.codeAt(clock.now());
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => guess(user, n, code)));
    expect(tally(answers)).toEqual({ passed: 40, invalid: 0, locked: 0 });
  }, 60_000);

  it('verifies at most ten of 30 parallel wrong passwords, and no right one after those', async () => {
    const user = await workspace.createUser({ password: 'correct horse', totp: false });
    const login = (client: number, password: string): Promise<HttpAnswer> =>
      call(`${services[client % services.length]?.url ?? ''}/api/v1/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user: `user-${user.id}`, password }),
      });
    const right = await Promise.all(
      Array.from({ length: 30 }, (_, client) => login(client, 'correct horse')),
    );
    expect(statuses(right, 200)).toBe(30);
    const answers = await Promise.all(
      Array.from({ length: 31 }, (_, client) =>
        login(client, client === 24 ? 'correct horse' : `wrong ${client}`),
      ),
    );
    const withError = (error: string): number =>
      answers.filter((answer) => (answer.body as { error?: string }).error === error).length;
    expect(withError('Unauthorized')).toBe(10);
    expect(withError('error-login-blocked-for-user')).toBe(21);
  });

  it('creates one personal access token for 20 parallel requests for one name', async () => {
    const user = await workspace.createUser({ totp: false, password: 'correct horse' });
    const headers = {
      ...user.headers,
      'x-2fa-code': 'correct horse',
      'content-type': 'application/json',
    };
    const ask = (path: string, client: number): Promise<HttpAnswer> =>
      call(`${services[client % services.length]?.url ?? ''}/api/v1/users.${path}`, {
        method: 'POST',
        headers,
        body: '{"tokenName":"script"}',
      });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, client) => ask('generatePersonalAccessToken', client)),
    );
    expect([statuses(answers, 200), statuses(answers, 400)]).toEqual([1, 19]);

    // Of all the tokens that parallel regenerations return, exactly one works.
    const renewed = await Promise.all(
      Array.from({ length: 20 }, (_, client) => ask('regeneratePersonalAccessToken', client)),
    );
    expect(statuses(renewed, 200)).toBe(20);
    const uses = await Promise.all(
      [...answers, ...renewed].map(({ body }, client) =>
        call(`${services[client % services.length]?.url ?? ''}/api/v1/me`, {
          headers: {
            'x-user-id': user.id,
            'x-auth-token': (body as { token?: string }).token ?? 'none',
          },
        }),
      ),
    );
    expect([statuses(uses, 200), statuses(uses, 401)]).toEqual([1, 39]);
  });

  it('sends one code by e-mail and accepts it once', async () => {
    const user = await workspace.createUser({ totp: false, email2fa: true });
    const challenged = await Promise.all(
      Array.from({ length: 10 }, (_, client) => ask(user, client, '')),
    );
    const generated = challenged.filter(({ text }) => text.includes('"codeGenerated":true'));
    expect([generated.length, mailbox.mails.length]).toEqual([1, 1]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, client) => ask(user, client, mailbox.latest.code)),
    );
    expect(statuses(answers, 200)).toBe(1);
  }, 60_000);

  it('lets one client pass on both processes with one code', async () => {
    const user = await workspace.createUser();
    const code = user.codeAt(clock.now());
    for (const service of services) {
      const url = `${service.url}/api/v1/sessions/info.admin?sessionId=${sessionId}`;
      const headers = { ...user.headers, 'user-agent': 'same', 'x-2fa-code': code };
      expect((await call(url, { headers })).status).toBe(200);
    }
  });

  it('lets exactly one client pass when the clock of one process is 30 s ahead, 5 times', async () => {
    const env = { MONGODB_URI: database.uri, ...clockAhead(30) };
    const ahead = await ServiceProcess.start(env);
    const [punctual] = services;
    for (let repetition = 0; repetition < 5; repetition++) {
      const user = await workspace.createUser();
      // Both accept it: for one process it is the next code, for the other the current one.
      const code = user.codeAt(new Date(clock.now().getTime() + 30_000));
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, client) => {
          const { url } = client % 2 === 0 ? ahead : (punctual ?? ahead);
          return call(`${url}/api/v1/sessions/info.admin?sessionId=${sessionId}`, {
            headers: { ...user.headers, 'user-agent': `client-${client}`, 'x-2fa-code': code },
          });
        }),
      );
      expect(statuses(answers, 200)).toBe(1);
      expect([statuses(answers, 400), statuses(answers, 429)]).toEqual([5, 24]);
    }
    // Proves that its clock is ahead: it accepts the code of the step after the next.
    const user = await workspace.createUser();
    const code = user.codeAt(new Date(clock.now().getTime() + 60_000));
    const headers = { ...user.headers, 'x-2fa-code': code };
    const url = `${ahead.url}/api/v1/sessions/info.admin?sessionId=${sessionId}`;
    expect((await call(url, { headers })).status).toBe(200);
    expect(await ahead.stop()).toBe(0);
  }, 60_000);
});
