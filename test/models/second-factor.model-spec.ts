import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { hashLoginToken } from '../../src/auth/login-token';
import { TestApp } from '../support/app';
import { NOT_LOGGED_IN, SESSION_NOT_FOUND } from '../support/expectations';
import { HttpAnswer } from '../support/http';
import { rounds } from '../support/rounds';
import { Expected, ModelClient, SecondFactorModel } from '../support/second-factor.model';
import { TestUser } from '../support/workspace';

const PASSWORD = 'correct horse';
const BACKUP_CODES = ['aB3dE5gH', 'Zz9Yy8Xx', '23456789'];
const SEQUENCES = rounds(120, 6);
const COMMANDS = 30;
/** After this time no further sequence is tried; an idle machine needs a fraction of it. */
const TIME_LIMIT_MS = 80_000;
/** The answer of info.admin to an admitted caller about a session that does not exist. */
const PASSED: Expected = SESSION_NOT_FOUND;
const OK: Expected = { status: 200 };

/** What a user types as a code; "right" is what the call asks for in the current state. */
type Typed =
  | { kind: 'right' | 'last right' | 'password' | 'wrong' | 'none' }
  | { kind: 'right but for'; steps: number }
  | { kind: 'backup' | 'spent'; which: number };

const typed: fc.Arbitrary<Typed> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('right' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('right but for' as const),
      steps: fc.constantFrom(-2, -1, 1, 2),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('backup' as const, 'spent' as const),
      which: fc.nat(11),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'last right' as const,
        'password' as const,
        'wrong' as const,
        'none' as const,
      ),
    }),
  },
);

/** One of the live tokens, and the program that uses it. */
interface Who {
  which: number;
  userAgent: string;
}

const userAgent = fc.constantFrom('phone', 'laptop');
const who: fc.Arbitrary<Who> = fc.record({ which: fc.nat(5), userAgent });

/** The service and the user under test. */
class Service {
  constructor(
    readonly app: TestApp,
    readonly user: TestUser,
  ) {}

  /** Sends a POST if there is a body, else a GET. */
  ask(
    path: string,
    { login, userAgent }: ModelClient,
    code: string,
    body?: object,
  ): Promise<HttpAnswer> {
    return this.app.call(`/api/v1/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        'x-user-id': this.user.id,
        'x-auth-token': login.token,
        'user-agent': userAgent,
        'x-2fa-code': code,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  logIn(userAgent: string, code: string): Promise<HttpAnswer> {
    const credentials = { user: `user-${this.user.id}`, password: PASSWORD, code };
    return this.app.login(credentials, { 'user-agent': userAgent });
  }

  async stored(): Promise<object | undefined> {
    const users = this.app.workspace.db.collection<{ _id: string; services: { totp?: object } }>(
      'users',
    );
    return (await users.findOne({ _id: this.user.id }))?.services.totp;
  }
}

type Command = fc.AsyncCommand<SecondFactorModel, Service>;

/** Every command may run at any time; the model knows how the service refuses it. */
function command(
  name: string,
  run: (model: SecondFactorModel, service: Service) => Promise<void>,
): Command {
  return { check: () => true, run, toString: () => name };
}

function onlyIf(
  check: (model: Readonly<SecondFactorModel>) => boolean,
): (command: Command) => Command {
  return ({ run, toString }) => ({ check, run, toString });
}

/** A request with one of the live tokens; `check` tries the revoked ones at the end. */
function asking(
  name: string,
  { which, userAgent }: Who,
  run: (model: SecondFactorModel, service: Service, client: ModelClient) => Promise<void>,
): Command {
  return command(`${name} by token ${which} on the ${userAgent}`, (model, service) => {
    const login = pick(
      model.logins.filter(({ isAlive }) => isAlive),
      which,
    );
    if (!login) throw new Error('The login that revokes others stays live.');
    return run(model, service, { login, userAgent });
  });
}

function pick<T>(items: readonly T[], which: number): T | undefined {
  return items[which % Math.max(1, items.length)];
}

/**
 * The text to submit in the current state; a missing code becomes a wrong one.
 * @param secret whose codes the call asks for; without it, the call asks for the password
 */
function textOf(model: SecondFactorModel, code: Typed, secret = model.secret): string {
  switch (code.kind) {
    case 'right':
      return secret === undefined ? model.password : model.codeOf(secret, 0);
    case 'right but for':
      return secret === undefined ? 'wrong!' : model.codeOf(secret, code.steps);
    case 'backup':
      return pick(model.codes, code.which) ?? 'abcdefgh';
    case 'spent':
      return pick(model.spent, code.which) ?? 'abcdefgh';
    case 'last right':
      return model.lastRight;
    case 'password':
      return model.password;
    case 'wrong':
      return 'wrong!';
    case 'none':
      return '';
  }
}

const show = (code: Typed): string => Object.values(code).join(' ');
const secretOf = ({ body }: HttpAnswer): string => (body as { secret: string }).secret;
const codesOf = ({ body }: HttpAnswer): string[] => (body as { codes: string[] }).codes;

const infoAdmin = ([by, code]: [Who, Typed]): Command =>
  asking(`info.admin with ${show(code)}`, by, async (model, service, client) => {
    const text = textOf(model, code);
    const expected = model.prove(client, text) ?? PASSED;
    const answer = await service.ask('sessions/info.admin?sessionId=none', client, text);
    expect(answer).toMatchObject(expected);
  });

const guess = ([by, times]: [Who, number]): Command =>
  asking(`${times} guesses`, by, async (model, service, client) => {
    for (let i = 0; i < times; i++) {
      const expected = model.prove(client, 'wrong!') ?? PASSED;
      const answer = await service.ask('sessions/info.admin?sessionId=none', client, 'wrong!');
      expect(answer).toMatchObject(expected);
    }
  });

const enable = ([by, code]: [Who, Typed]): Command =>
  asking(`enableTotp with ${show(code)}`, by, async (model, service, client) => {
    const text = textOf(model, code);
    const refusal = model.enable(client, text);
    const answer = await service.ask('users.enableTotp', client, text, {});
    expect(answer).toMatchObject(refusal ?? OK);
    if (!refusal) model.begin(secretOf(answer), client);
  });

const validate = ([by, code]: [Who, Typed]): Command =>
  asking(`validateTotp ${show(code)}`, by, async (model, service, client) => {
    const text = textOf(model, code, model.temporary?.secret);
    const refusal = model.validate(client, text);
    const answer = await service.ask('users.validateTotp', client, '', { code: text });
    expect(answer).toMatchObject(refusal ?? OK);
    if (!refusal) model.codes = codesOf(answer);
  });

/** A whole enrolment with the right codes. */
const enrol = (by: Who): Command => {
  const right: [Who, Typed] = [by, { kind: 'right' }];
  const steps = [enable(right), validate(right)];
  return command(steps.map(String).join(', '), async (model, service) => {
    for (const step of steps) await step.run(model, service);
  });
};

const disable = ([by, code]: [Who, Typed]): Command =>
  asking(`disableTotp ${show(code)}`, by, async (model, service, client) => {
    const text = textOf(model, code);
    const expected = model.disable(client, text) ?? OK;
    const answer = await service.ask('users.disableTotp', client, '', { code: text });
    expect(answer).toMatchObject(expected);
  });

const regenerate = ([by, code]: [Who, Typed]): Command =>
  asking(`regenerateTotpCodes ${show(code)}`, by, async (model, service, client) => {
    const text = textOf(model, code);
    const refusal = model.regenerate(client, text);
    const answer = await service.ask('users.regenerateTotpCodes', client, '', { code: text });
    expect(answer).toMatchObject(refusal ?? OK);
    if (!refusal) model.codes = codesOf(answer);
  });

const remaining = (by: Who): Command =>
  asking('totpCodesRemaining', by, async (model, service, client) => {
    const answer = await service.ask('users.totpCodesRemaining', client, '');
    expect(answer).toMatchObject(model.remaining());
  });

const logIn = ([userAgent, code]: [string, Typed]): Command =>
  command(`login on the ${userAgent} with ${show(code)}`, async (model, service) => {
    const text = textOf(model, code);
    const login = model.newLogin();
    const refusal = model.logIn({ login, userAgent }, text);
    const answer = await service.logIn(userAgent, text);
    expect(answer).toMatchObject(refusal ?? OK);
    if (refusal) return;
    login.token = (answer.body as { data: { authToken: string } }).data.authToken;
    model.logins.push(login);
  });

const makeToken = ([by, code, bypasses]: [Who, Typed, boolean]): Command =>
  asking(
    `a ${bypasses ? 'bypassing ' : ''}token with ${show(code)}`,
    by,
    async (model, service, client) => {
      const text = textOf(model, code);
      const refusal = model.prove(client, text);
      const program = model.newLogin(bypasses);
      const body = { tokenName: `program ${program.id}`, bypassTwoFactor: bypasses };
      const answer = await service.ask('users.generatePersonalAccessToken', client, text, body);
      expect(answer).toMatchObject(refusal ?? OK);
      if (refusal) return;
      program.token = (answer.body as { token: string }).token;
      model.logins.push(program);
    },
  );

const wait = (seconds: number): Command =>
  command(`${seconds} seconds pass`, (model, service) => {
    model.wait(seconds);
    service.app.clock.advance({ seconds });
    return Promise.resolve();
  });

const attempt = fc.tuple(who, typed);
const commands = [
  attempt.map(infoAdmin),
  attempt.map(infoAdmin),
  fc.tuple(who, fc.integer({ min: 2, max: 6 })).map(guess),
  attempt.map(enable),
  attempt.map(validate),
  attempt.map(disable),
  attempt.map(regenerate),
  // Most states lie behind these, so each appears a second time, limited to when it can succeed.
  who.map(enrol).map(onlyIf(({ secret }) => secret === undefined)),
  attempt.map(validate).map(onlyIf(({ temporary }) => temporary !== undefined)),
  attempt.map(disable).map(onlyIf(({ secret }) => secret !== undefined)),
  attempt.map(regenerate).map(onlyIf(({ secret }) => secret !== undefined)),
  fc
    .constantFrom(899, 900)
    .map(wait)
    .map(onlyIf(({ isLockedOut }) => isLockedOut)),
  who.map(remaining),
  fc.tuple(userAgent, typed).map(logIn),
  fc.tuple(who, typed, fc.boolean()).map(makeToken),
  fc.constantFrom(1, 29, 30, 30, 60, 450, 899, 900).map(wait),
];

/** Invariants after any sequence: which tokens work, and that the stored secret and codes are the ones shown. */
async function check(model: SecondFactorModel, service: Service): Promise<void> {
  for (const login of model.logins) {
    const answer = await service.ask('users.totpCodesRemaining', { login, userAgent: '' }, '');
    expect(answer).toMatchObject(login.isAlive ? model.remaining() : NOT_LOGGED_IN);
  }
  const { secret, temporary, codes } = model;
  const hashedBackup = codes.map((code) => createHash('sha256').update(code).digest('hex'));
  expect((await service.stored()) ?? { enabled: false }).toEqual(
    secret === undefined
      ? { enabled: false, ...(temporary && storedAside(temporary)) }
      : { enabled: true, secret, hashedBackup },
  );
}

function storedAside({
  secret,
  of,
  expiresAt,
}: NonNullable<SecondFactorModel['temporary']>): object {
  const tempToken = hashLoginToken(of.token);
  return { tempSecret: secret, tempToken, tempExpire: new Date(expiresAt) };
}

/**
 * A failure prints the shortest sequence found, with `seed`, `path` and `replayPath`. To reproduce it, pass the first two
 * in the options of `fc.assert` and the last in those of `fc.commands`.
 */
describe('second factor against its model', () => {
  it(`answers as the model predicts in any of ${SEQUENCES} sequences of up to ${COMMANDS} commands`, async () => {
    const app = await TestApp.start();
    const start = async (isEnrolled: boolean): Promise<[SecondFactorModel, Service]> => {
      app.clock.startStep();
      const options = { password: PASSWORD, totp: isEnrolled, backupCodes: BACKUP_CODES };
      const user = await app.workspace.createUser(options);
      const model = new SecondFactorModel(app.clock.now().getTime(), PASSWORD);
      model.logins.push({ ...model.newLogin(), token: user.token });
      if (isEnrolled) [model.secret, model.codes] = [user.secret, BACKUP_CODES];
      return [model, new Service(app, user)];
    };
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.commands(commands, { maxCommands: COMMANDS, size: 'max' }),
        async (isEnrolled, sequence) => {
          const [model, real] = await start(isEnrolled);
          await fc.asyncModelRun(() => ({ model, real }), sequence);
          await check(model, real);
        },
      ),
      { numRuns: SEQUENCES, interruptAfterTimeLimit: TIME_LIMIT_MS },
    );
    await app.close();
  }, 120_000);
});
