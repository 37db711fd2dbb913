import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { hashLoginToken } from '../../../src/auth/login-token';
import { SessionLifecycle } from '../../../src/session-lifecycle/session-lifecycle.service';
import { totpCode } from '../../../src/two-factor/methods/totp';
import { TotpRepository } from '../../../src/workspace-data/users/totp.repository';
import { TestApp } from '../../support/app';
import {
  invalidParameters,
  NOT_LOGGED_IN,
  TOTP_INVALID,
  TOTP_MAX_ATTEMPTS,
  typedRefusal,
} from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { rounds } from '../../support/rounds';
import { TestUser, UserOptions } from '../../support/workspace';

const STEP = { seconds: 30 };
const OK = { status: 200 };
const BACKUP_CODE = /^[23456789A-HJ-NP-TW-Za-km-z]{8}$/;

const ALREADY_ENABLED = typedRefusal('TOTP is already enabled [error-2fa-already-enabled]');
const NOT_ENABLED = typedRefusal('TOTP is not enabled [error-2fa-not-enabled]');
const NOT_BEGUN = typedRefusal('There is no TOTP enrolment to validate [error-2fa-not-begun]');
const CHANGED = typedRefusal('TOTP has just been changed by another request [error-2fa-changed]');

interface StoredUser {
  _id: string;
  services: { totp?: unknown; resume: { loginTokens: { hashedToken: string }[] } };
}

/** Somebody in front of the service, and what they ask of it. */
class Person {
  constructor(
    readonly app: TestApp,
    readonly user: TestUser,
    /** Shown before they enrol, if they have one. */
    private readonly password = '',
  ) {}

  static async create(app: TestApp, options: UserOptions = {}): Promise<Person> {
    const user = await app.workspace.createUser({ roles: [], ...options });
    return new Person(app, user, options.password);
  }

  ask(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> {
    return this.app.call(`/api/v1/${path}`, {
      method,
      headers: {
        ...this.user.headers,
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  enable(): Promise<HttpAnswer> {
    return this.ask('POST', 'users.enableTotp', undefined, { 'x-2fa-code': this.password });
  }
  validate(code: string): Promise<HttpAnswer> {
    return this.ask('POST', 'users.validateTotp', { code });
  }
  disable(code: string): Promise<HttpAnswer> {
    return this.ask('POST', 'users.disableTotp', { code });
  }
  regenerate(code: string): Promise<HttpAnswer> {
    return this.ask('POST', 'users.regenerateTotpCodes', { code });
  }
  remaining(): Promise<HttpAnswer> {
    return this.ask('GET', 'users.totpCodesRemaining');
  }

  /** The code of their own secret. */
  code(): string {
    return this.user.codeAt(this.app.clock.now());
  }

  async stored(): Promise<StoredUser> {
    const users = this.app.workspace.db.collection<StoredUser>('users');
    const user = await users.findOne({ _id: this.user.id });
    if (!user) throw new Error('The user has gone.');
    return user;
  }

  setTotp(totp: unknown): Promise<unknown> {
    return this.app.workspace.db
      .collection<StoredUser>('users')
      .updateOne({ _id: this.user.id }, { $set: { 'services.totp': totp } });
  }
}

const secretOf = ({ body }: HttpAnswer): string => (body as { secret: string }).secret;
const codesOf = (answer: HttpAnswer | undefined): string[] =>
  (answer?.body as { codes: string[] }).codes;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('enrolment in TOTP', () => {
  let app: TestApp;
  const nobody = (): Promise<Person> => Person.create(app, { totp: false });
  const enrolling = (): Promise<Person> => Person.create(app, { enrolling: true });
  const enrolled = (options: UserOptions = {}): Promise<Person> => Person.create(app, options);

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(() => {
    app.clock.startStep();
  });
  afterAll(() => app.close());

  describe('what it asks for before it hands out a secret', () => {
    const PASSWORD = 'hello world';
    const begin = (person: Person, code: string): Promise<HttpAnswer> =>
      app.call('/api/v1/users.enableTotp', {
        method: 'POST',
        headers: { ...person.user.headers, 'x-2fa-code': code },
      });

    it.each([{}, { personalAccessToken: { bypassTwoFactor: true } }])(
      'the password of whoever has one, so that a stolen token gets itself no factor: %j',
      async (options) => {
        const person = await Person.create(app, { totp: false, password: PASSWORD, ...options });
        const required = await begin(person, '');
        expect(required.body).toMatchObject({
          errorType: 'totp-required',
          details: { method: 'password' },
        });
        expect((await begin(person, 'wrong')).body).toMatchObject({ errorType: 'totp-invalid' });
        expect((await person.stored()).services.totp).toBeUndefined();
        expect(await begin(person, PASSWORD)).toMatchObject(OK);
      },
    );

    it('caps wrong passwords there as well', async () => {
      const person = await Person.create(app, { totp: false, password: PASSWORD });
      for (let i = 0; i < 5; i++) await begin(person, 'wrong');
      expect((await begin(person, PASSWORD)).status).toBe(429);
    });

    it('a code by e-mail of whoever has set that up, not the password', async () => {
      const person = await Person.create(app, {
        totp: false,
        password: PASSWORD,
        email2fa: true,
      });
      expect((await begin(person, PASSWORD)).body).toMatchObject({
        errorType: 'totp-invalid',
        details: { method: 'email' },
      });
    });

    it('nothing of whoever has nothing', async () => {
      expect(await begin(await nobody(), '')).toMatchObject(OK);
    });
  });

  it('goes from a secret to a code to backup codes to none, in these very bodies', async () => {
    const person = await nobody();
    const begun = await person.enable();
    const secret = secretOf(begun);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const url = `otpauth://totp/Rocket.Chat:user-${person.user.id}?secret=${secret}&issuer=Rocket.Chat`;
    expect(begun).toMatchObject({
      status: 200,
      text: JSON.stringify({ secret, url, success: true }),
    });
    const code = (): string => totpCode(secret, app.clock.now());

    const validated = await person.validate(code());
    const codes = codesOf(validated);
    expect(validated).toMatchObject({
      status: 200,
      text: JSON.stringify({ codes, success: true }),
    });
    expect(codes).toHaveLength(12);
    expect(new Set(codes).size).toBe(12);
    for (const backup of codes) expect(backup).toMatch(BACKUP_CODE);

    expect((await person.remaining()).text).toBe('{"remaining":12,"success":true}');
    const regenerated = await person.regenerate(codes[0] ?? '');
    expect(regenerated.text).toBe(JSON.stringify({ codes: codesOf(regenerated), success: true }));
    expect(codesOf(regenerated)).toHaveLength(12);
    expect(codesOf(regenerated).filter((backup) => codes.includes(backup))).toEqual([]);

    app.clock.advance(STEP);
    expect((await person.disable(code())).text).toBe('{"disabled":true,"success":true}');
    expect((await person.stored()).services.totp).toEqual({ enabled: false });
  });

  it('keeps the secret aside until it is validated, and of the codes the hashes only', async () => {
    const person = await nobody();
    const secret = secretOf(await person.enable());
    expect((await person.stored()).services.totp).toEqual({
      enabled: false,
      tempSecret: secret,
      tempToken: hashLoginToken(person.user.token),
      tempExpire: new Date(app.clock.now().getTime() + 600_000),
    });
    const codes = codesOf(await person.validate(totpCode(secret, app.clock.now())));
    expect((await person.stored()).services.totp).toEqual({
      enabled: true,
      secret,
      hashedBackup: codes.map(sha256),
    });
    const everything = await Promise.all(
      (await app.workspace.db.listCollections().toArray()).map(({ name }) =>
        app.workspace.db.collection(name).find().toArray(),
      ),
    );
    for (const code of codes) expect(JSON.stringify(everything)).not.toContain(code);
  });

  it('does not ask at a login before the secret is validated', async () => {
    const person = await Person.create(app, { totp: false, password: 'correct horse' });
    await person.enable();
    const login = { user: `user-${person.user.id}`, password: 'correct horse' };
    expect(await app.login(login)).toMatchObject(OK);
  });

  it('lets the last secret that was handed out count, and no other', async () => {
    const person = await nobody();
    const first = secretOf(await person.enable());
    const second = secretOf(await person.enable());
    expect(await person.validate(totpCode(first, app.clock.now()))).toMatchObject(TOTP_INVALID);
    expect(await person.validate(totpCode(second, app.clock.now()))).toMatchObject(OK);
  });

  it('names the account by its id where there is no username', async () => {
    const person = await nobody();
    await app.workspace.db
      .collection<StoredUser>('users')
      .updateOne({ _id: person.user.id }, { $unset: { username: '' } });
    expect((await person.enable()).text).toContain(`Rocket.Chat:${person.user.id}?`);
  });

  it.each([null, 'text', {}, { enabled: 'true' }])(
    'starts from anything that is not enabled, also from %p',
    async (totp) => {
      const person = await nobody();
      await person.setTotp(totp);
      const secret = secretOf(await person.enable());
      expect(await person.validate(totpCode(secret, app.clock.now()))).toMatchObject(OK);
    },
  );

  describe('in the wrong state', () => {
    it('refuses to begin and to validate when TOTP is enabled, and changes nothing', async () => {
      const person = await enrolled();
      const before = await person.stored();
      expect(await person.enable()).toMatchObject(ALREADY_ENABLED);
      expect(await person.validate(person.code())).toMatchObject(ALREADY_ENABLED);
      expect(await person.stored()).toEqual(before);
    });

    it('refuses to validate what has not begun', async () => {
      const person = await nobody();
      expect(await person.validate('123456')).toMatchObject(NOT_BEGUN);
      await person.setTotp({ enabled: false, tempSecret: '' });
      expect(await person.validate('123456')).toMatchObject(NOT_BEGUN);
    });

    it.each<[string, () => Promise<Person>]>([
      ['nobody has begun', nobody],
      ['the secret is not validated', enrolling],
    ])('refuses to disable, regenerate and count when %s', async (_case, create) => {
      const person = await create();
      expect(await person.disable(person.code())).toMatchObject(NOT_ENABLED);
      expect(await person.regenerate(person.code())).toMatchObject(NOT_ENABLED);
      expect(await person.remaining()).toMatchObject(NOT_ENABLED);
    });
  });

  describe('the code in the body', () => {
    const CHANGES: [string, () => Promise<Person>][] = [
      ['users.validateTotp', enrolling],
      ['users.disableTotp', enrolled],
      ['users.regenerateTotpCodes', enrolled],
    ];

    it.each(CHANGES)('must be there for %s, once and as text', async (path, create) => {
      const person = await create();
      const missing = invalidParameters("must have required property 'code'");
      expect(await person.ask('POST', path)).toMatchObject(missing);
      expect(await person.ask('POST', path, {})).toMatchObject(missing);
      const wrong = invalidParameters('must be string');
      for (const code of [123456, null, ['123456'], { $ne: '' }]) {
        expect(await person.ask('POST', path, { code })).toMatchObject(wrong);
      }
      expect(await person.ask('POST', path, { code: '123456', a: 1 })).toMatchObject(
        invalidParameters('must NOT have additional properties'),
      );
    });

    it.each(CHANGES)('is capped for %s like every second factor', async (path, create) => {
      let person = await create();
      const before = await person.stored();
      for (const code of ['wrong!', '', 'abcdefgh', '000', '1'.repeat(5000)]) {
        expect(await person.ask('POST', path, { code })).toMatchObject(TOTP_INVALID);
      }
      const locked = await person.ask('POST', path, { code: person.code() });
      expect(locked).toMatchObject(TOTP_MAX_ATTEMPTS);
      expect(locked.headers['retry-after']).toBe('900');
      expect(await person.stored()).toEqual(before);
      app.clock.advance({ seconds: 900 });
      // A secret that is being enrolled does not last as long as the lockout.
      if (path === 'users.validateTotp') {
        expect(await person.ask('POST', path, { code: person.code() })).toMatchObject(NOT_BEGUN);
        person = await create();
      }
      expect(await person.ask('POST', path, { code: person.code() })).toMatchObject(OK);
    });

    it('shares the cap with every other route', async () => {
      const person = await Person.create(app, { roles: ['admin'] });
      for (let i = 0; i < 5; i++) await person.disable('wrong!');
      expect(await app.infoAdminAs(person.user, 'any')).toMatchObject(TOTP_MAX_ATTEMPTS);
    });

    it('is used up by a change for every other client', async () => {
      const person = await enrolled();
      const other = new Person(app, await app.workspace.addLogin(person.user));
      expect(await person.regenerate(person.code())).toMatchObject(OK);
      expect(await other.disable(person.code())).toMatchObject(TOTP_INVALID);
    });

    it('is asked even of a personal access token that needs none elsewhere', async () => {
      const person = await enrolled({ personalAccessToken: { bypassTwoFactor: true } });
      expect(await person.disable('wrong!')).toMatchObject(TOTP_INVALID);
      expect(await person.disable(person.code())).toMatchObject(OK);
    });

    it('may be a backup code, except to validate a new secret', async () => {
      const backupCodes = ['aB3dE5gH', 'Zz9Yy8Xx'];
      const person = await enrolled({ backupCodes });
      const codes = codesOf(await person.regenerate('aB3dE5gH'));
      expect((await person.remaining()).body).toMatchObject({ remaining: 12 });
      expect(await person.disable('Zz9Yy8Xx')).toMatchObject(TOTP_INVALID);
      expect(await person.disable(codes[11] ?? '')).toMatchObject(OK);

      const beginner = await enrolling();
      const { totp } = (await beginner.stored()).services;
      await beginner.setTotp({ ...(totp as object), hashedBackup: backupCodes.map(sha256) });
      expect(await beginner.validate('aB3dE5gH')).toMatchObject(TOTP_INVALID);
    });
  });

  it('counts the backup codes that are left, also where there is no list of them', async () => {
    const person = await enrolled({ backupCodes: ['aB3dE5gH', 'Zz9Yy8Xx'] });
    expect((await person.remaining()).body).toMatchObject({ remaining: 2 });
    for (const hashedBackup of [null, '', 'text', 7, {}]) {
      await person.setTotp({ enabled: true, secret: person.user.secret, hashedBackup });
      expect((await person.remaining()).body).toMatchObject({ remaining: 0 });
      expect(await person.regenerate(person.code())).toMatchObject(OK);
      expect((await person.remaining()).body).toMatchObject({ remaining: 12 });
    }
  });

  describe('the other logins', () => {
    const CHANGES: [string, () => Promise<Person>, boolean][] = [
      ['validating', enrolling, true],
      ['disabling', enrolled, true],
      ['regenerating', enrolled, false],
    ];
    const change = (kind: string, person: Person): Promise<HttpAnswer> => {
      if (kind === 'validating') return person.validate(person.code());
      return kind === 'disabling'
        ? person.disable(person.code())
        : person.regenerate(person.code());
    };
    const me = (person: Person): Promise<HttpAnswer> => person.ask('GET', 'me');

    it.each(CHANGES)('after %s: end or stay', async (kind, create, end) => {
      const person = await create();
      const others = await Promise.all(
        [1, 2, 3].map(async () => new Person(app, await app.workspace.addLogin(person.user))),
      );
      const record = (of: Person): Promise<unknown> =>
        app.workspace.createSession({
          userId: of.user.id,
          loginToken: hashLoginToken(of.user.token),
        });
      for (const of of [person, ...others, ...others]) await record(of);
      const stranger = await enrolled();

      expect(await change(kind, person)).toMatchObject(OK);
      expect(await me(person)).toMatchObject(OK);
      expect(await me(stranger)).toMatchObject(OK);
      for (const other of others) expect(await me(other)).toMatchObject(end ? NOT_LOGGED_IN : OK);

      const records = await app.workspace.db
        .collection('rocketchat_sessions')
        .find({ userId: person.user.id })
        .toArray();
      expect(records).toHaveLength(7);
      for (const { loginToken, logoutAt, logoutBy } of records) {
        const ended = end && loginToken !== hashLoginToken(person.user.token);
        expect([logoutAt, logoutBy]).toEqual(
          ended ? [app.clock.now(), person.user.id] : [undefined, undefined],
        );
      }
    });

    it('end with the change itself, also when their records cannot be stamped', async () => {
      const person = await enrolling();
      const other = new Person(app, await app.workspace.addLogin(person.user));
      const lifecycle = app.app.get(SessionLifecycle, { strict: false });
      const crash = jest.spyOn(lifecycle, 'recordRevoked').mockRejectedValue(new Error('crash'));
      expect(await person.validate(person.code())).toMatchObject({ status: 500 });
      crash.mockRestore();
      expect(await me(other)).toMatchObject(NOT_LOGGED_IN);
      expect(await me(person)).toMatchObject(OK);
    });

    it('end beside whatever other programs have left in the list', async () => {
      const person = await enrolling();
      const other = new Person(app, await app.workspace.addLogin(person.user));
      const left = [null, 'text', 7, {}, [], { hashedToken: null }];
      await app.workspace.db
        .collection<{ _id: string; services: { resume: { loginTokens: unknown[] } } }>('users')
        .updateOne(
          { _id: person.user.id },
          { $push: { 'services.resume.loginTokens': { $each: left, $position: 0 } } },
        );
      expect(await person.validate(person.code())).toMatchObject(OK);
      expect(await me(other)).toMatchObject(NOT_LOGGED_IN);
    });

    it.each(CHANGES)('after %s: personal access tokens stay', async (kind, create) => {
      const person = await create();
      await app.workspace.addAccessToken(person.user);
      const before = (await person.stored()).services.resume.loginTokens;
      expect(await change(kind, person)).toMatchObject(OK);
      expect((await person.stored()).services.resume.loginTokens).toEqual(before);
    });
  });

  describe('races', () => {
    it('of ten validations: one set of codes stands, the others are told', async () => {
      const person = await enrolling();
      const code = person.code();
      const answers = await Promise.all(Array.from({ length: 10 }, () => person.validate(code)));
      const [won, ...more] = answers.filter(({ status }) => status === 200);
      expect(more).toEqual([]);
      expect((await person.stored()).services.totp).toMatchObject({
        hashedBackup: codesOf(won).map(sha256),
      });
      for (const { status, text } of answers.filter((answer) => answer !== won)) {
        expect([CHANGED, ALREADY_ENABLED]).toContainEqual({ status, text });
      }
    });

    it('of ten regenerations: the set of codes that was shown last stands', async () => {
      const person = await enrolled({ backupCodes: ['aB3dE5gH'] });
      const code = person.code();
      const answers = await Promise.all(Array.from({ length: 10 }, () => person.regenerate(code)));
      const shown = answers.filter(({ status }) => status === 200).map(codesOf);
      expect(shown.length).toBeGreaterThan(0);
      const { hashedBackup } = (await person.stored()).services.totp as { hashedBackup: string[] };
      expect(shown.map((codes) => codes.map(sha256))).toContainEqual(hashedBackup);
      for (const { status, text } of answers.filter((answer) => answer.status !== 200)) {
        expect({ status, text }).toEqual(CHANGED);
      }
    });

    it('of twenty regenerations with one backup code: one shows codes, and they stand', async () => {
      const person = await enrolled({ backupCodes: ['aB3dE5gH', 'Zz9Yy8Xx'] });
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => person.regenerate('aB3dE5gH')),
      );
      const [won, ...more] = answers.filter(({ status }) => status === 200);
      expect(more).toEqual([]);
      expect((await person.stored()).services.totp).toMatchObject({
        hashedBackup: codesOf(won).map(sha256),
      });
    });

    it('of regenerating and using a backup code: nothing is done behind its back', async () => {
      const person = await enrolled({ backupCodes: ['aB3dE5gH', 'Zz9Yy8Xx'] });
      const stored = app.app.get(TotpRepository, { strict: false });
      const replaceBackupCodes = stored.replaceBackupCodes.bind(stored);
      const meanwhile = jest
        .spyOn(stored, 'replaceBackupCodes')
        .mockImplementation(async (...args) => {
          await stored.spendBackupCode(person.user.id, sha256('aB3dE5gH'));
          return replaceBackupCodes(...args);
        });
      expect(await person.regenerate(person.code())).toMatchObject(CHANGED);
      meanwhile.mockRestore();
      expect((await person.remaining()).body).toMatchObject({ remaining: 1 });
    });

    it('of disabling ten times: TOTP is off, and one was told that it did it', async () => {
      const person = await enrolled();
      const code = person.code();
      const answers = await Promise.all(Array.from({ length: 10 }, () => person.disable(code)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const { status, text } of answers.filter((answer) => answer.status !== 200)) {
        expect([CHANGED, NOT_ENABLED]).toContainEqual({ status, text });
      }
    });

    it('of beginning and validating: what is enabled is what was validated', async () => {
      for (let round = 0; round < 5; round++) {
        const person = await enrolling();
        const [begun, validated] = await Promise.all([
          person.enable(),
          person.validate(person.code()),
        ]);
        const isOn = validated.status === 200;
        expect((await person.stored()).services.totp).toMatchObject(
          isOn
            ? { enabled: true, secret: person.user.secret }
            : { enabled: false, tempSecret: secretOf(begun) },
        );
      }
    });
  });
});

type Step =
  | 'enable'
  | 'validate'
  | 'validate wrong'
  | 'use code'
  | 'use backup'
  | 'use spent'
  | 'use wrong'
  | 'regenerate'
  | 'regenerate by backup'
  | 'disable'
  | 'disable by backup';

const STEPS: Step[] = [
  'enable',
  'validate',
  'validate wrong',
  'use code',
  'use backup',
  'use spent',
  'use wrong',
  'regenerate',
  'regenerate by backup',
  'disable',
  'disable by backup',
];

/** Runs steps against the service and keeps the books of what must be true. */
class Books {
  private temporary: string | undefined;
  private secret: string | undefined;
  private codes: string[] = [];
  private spent: string[] = [];
  private wrong = 0;

  constructor(private readonly person: Person) {}

  async run(step: Step): Promise<void> {
    switch (step) {
      case 'enable':
        return this.enable();
      case 'validate':
        return this.validate();
      case 'validate wrong':
        return this.refused(this.person.validate('wrong!'), this.validateState());
      case 'use code':
        return this.useCode();
      case 'use backup':
        return this.spend((code) => this.use(code));
      case 'use spent':
        return this.secret && this.spent[0]
          ? this.refused(this.use(this.spent[0]), undefined)
          : undefined;
      case 'use wrong':
        return this.secret ? this.refused(this.use('wrong!'), undefined) : undefined;
      case 'regenerate':
        return this.regenerate(this.code());
      case 'regenerate by backup':
        return this.spend((code) => this.regenerateWith(code));
      case 'disable':
        return this.disable(this.code());
      case 'disable by backup':
        return this.spend((code) => this.disableWith(code));
    }
  }

  async check(): Promise<void> {
    const remaining = await this.person.remaining();
    if (!this.secret) {
      expect(remaining).toMatchObject(NOT_ENABLED);
      return;
    }
    expect(remaining.body).toEqual({ remaining: this.codes.length, success: true });
    expect((await this.person.stored()).services.totp).toEqual({
      enabled: true,
      secret: this.secret,
      hashedBackup: this.codes.map(sha256),
    });
  }

  private async useCode(): Promise<void> {
    this.right(await this.use(this.code()));
  }

  private async enable(): Promise<void> {
    const answer = await this.person.enable();
    if (this.secret) {
      expect(answer).toMatchObject(ALREADY_ENABLED);
      return;
    }
    expect(answer).toMatchObject(OK);
    // The password was right: the wrong codes before it are forgotten.
    this.wrong = 0;
    this.temporary = secretOf(answer);
  }

  private async validate(): Promise<void> {
    const { temporary } = this;
    const code = temporary ? totpCode(temporary, this.person.app.clock.now()) : '123456';
    const answer = await this.person.validate(code);
    const state = this.validateState();
    if (state) {
      expect(answer).toMatchObject(state);
      return;
    }
    this.right(answer);
    this.secret = temporary;
    this.temporary = undefined;
    this.codes = codesOf(answer);
  }

  private validateState(): object | undefined {
    if (this.secret) return ALREADY_ENABLED;
    return this.temporary ? undefined : NOT_BEGUN;
  }

  private async regenerate(code: string): Promise<void> {
    if (!this.secret) {
      expect(await this.person.regenerate(code)).toMatchObject(NOT_ENABLED);
      return;
    }
    this.right(await this.regenerateWith(code));
  }

  private async regenerateWith(code: string): Promise<HttpAnswer> {
    const answer = await this.person.regenerate(code);
    this.spent = [...this.codes, ...this.spent];
    this.codes = codesOf(answer);
    return answer;
  }

  private async disable(code: string): Promise<void> {
    if (!this.secret) {
      expect(await this.person.disable(code)).toMatchObject(NOT_ENABLED);
      return;
    }
    this.right(await this.disableWith(code));
  }

  private async disableWith(code: string): Promise<HttpAnswer> {
    const answer = await this.person.disable(code);
    this.spent = [...this.codes, ...this.spent];
    this.codes = [];
    this.secret = undefined;
    return answer;
  }

  private async spend(use: (code: string) => Promise<HttpAnswer>): Promise<void> {
    const code = this.codes.shift();
    if (code === undefined) return;
    this.spent.unshift(code);
    this.right(await use(code));
  }

  private use(code: string): Promise<HttpAnswer> {
    const { app, user } = this.person;
    return app.infoAdmin('any', { ...user.headers, 'x-2fa-code': code });
  }

  /** Of the secret that counts; without one, the password stands in. */
  private code(): string {
    return this.secret ? totpCode(this.secret, this.person.app.clock.now()) : 'correct horse';
  }

  private right({ status }: HttpAnswer): void {
    expect([200, 404]).toContain(status);
    this.wrong = 0;
  }

  /** Refused by the state or as a wrong code; before the cap is reached, a right one starts the count anew. */
  private async refused(answer: Promise<HttpAnswer>, state: object | undefined): Promise<void> {
    if (state) {
      expect(await answer).toMatchObject(state);
      return;
    }
    expect(await answer).toMatchObject(TOTP_INVALID);
    this.wrong++;
    if (this.wrong < 5) return;
    this.person.app.clock.advance({ seconds: 900 });
    this.wrong = 0;
  }
}

describe('any sequence of enrolling, using and switching off', () => {
  it('keeps what was shown right, what is spent dead, and the count of wrong codes', async () => {
    const app = await TestApp.start();
    const step = fc.constantFrom(...STEPS);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        const options = { roles: ['admin'], totp: false, password: 'correct horse' };
        const books = new Books(await Person.create(app, options));
        // Most of the states lie behind these two.
        for (const next of ['enable' as const, 'validate' as const, ...steps]) {
          await books.run(next);
          await books.check();
          app.clock.advance(STEP);
        }
      }),
      { numRuns: rounds(25, 5) },
    );
    await app.close();
  }, 100_000);
});
