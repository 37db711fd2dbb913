import { hashLoginToken } from '../../../src/auth/login-token';
import { totpCode } from '../../../src/two-factor/methods/totp';
import { TestApp } from '../../support/app';
import {
  invalidParameters,
  NOT_LOGGED_IN,
  TOTP_INVALID,
  TOTP_MAX_ATTEMPTS,
} from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import {
  codesOf,
  NOT_BEGUN,
  NOT_ENABLED,
  secretOf,
  sha256,
  TotpUser,
} from '../../support/totp-user';
import { UserOptions } from '../../support/workspace';

const STEP = { seconds: 30 };
const OK = { status: 200 };
const BACKUP_CODE = /^[23456789A-HJ-NP-TW-Za-km-z]{8}$/;

describe('changes of TOTP', () => {
  let app: TestApp;
  const withoutFactor = (): Promise<TotpUser> => TotpUser.create(app, { totp: false });
  const enrolling = (): Promise<TotpUser> => TotpUser.create(app, { enrolling: true });
  const enrolled = (options: UserOptions = {}): Promise<TotpUser> => TotpUser.create(app, options);

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(() => {
    app.clock.startStep();
  });
  afterAll(() => app.close());

  it('enables, validates, regenerates and disables TOTP (golden bodies)', async () => {
    const person = await withoutFactor();
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

  it.each<[string, () => Promise<TotpUser>]>([
    ['no secret has been requested', withoutFactor],
    ['the secret is not validated', enrolling],
  ])('refuses to disable, regenerate and count when %s', async (_case, create) => {
    const person = await create();
    expect(await person.disable(person.code())).toMatchObject(NOT_ENABLED);
    expect(await person.regenerate(person.code())).toMatchObject(NOT_ENABLED);
    expect(await person.remaining()).toMatchObject(NOT_ENABLED);
  });

  describe('code in the body of a change of TOTP', () => {
    const CHANGES: [string, () => Promise<TotpUser>][] = [
      ['users.validateTotp', enrolling],
      ['users.disableTotp', enrolled],
      ['users.regenerateTotpCodes', enrolled],
    ];

    it.each(CHANGES)(
      'requires for %s a code that appears once and is text',
      async (path, create) => {
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
      },
    );

    it.each(CHANGES)('locks out after wrong codes for %s', async (path, create) => {
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
      // A secret that is being enrolled expires before the lockout ends.
      if (path === 'users.validateTotp') {
        expect(await person.ask('POST', path, { code: person.code() })).toMatchObject(NOT_BEGUN);
        person = await create();
      }
      expect(await person.ask('POST', path, { code: person.code() })).toMatchObject(OK);
    });

    it('shares the lockout with every other route', async () => {
      const person = await TotpUser.create(app, { roles: ['admin'] });
      for (let i = 0; i < 5; i++) await person.disable('wrong!');
      expect(await app.infoAdminAs(person.user, 'any')).toMatchObject(TOTP_MAX_ATTEMPTS);
    });

    it('accepts a backup code, except to validate a new secret', async () => {
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

  describe('other tokens after a change of TOTP', () => {
    const CHANGES: [string, () => Promise<TotpUser>, boolean][] = [
      ['validating', enrolling, true],
      ['disabling', enrolled, true],
      ['regenerating', enrolled, false],
    ];
    const change = (kind: string, person: TotpUser): Promise<HttpAnswer> => {
      if (kind === 'validating') return person.validate(person.code());
      return kind === 'disabling'
        ? person.disable(person.code())
        : person.regenerate(person.code());
    };
    const me = (person: TotpUser): Promise<HttpAnswer> => person.ask('GET', 'me');

    it.each(CHANGES)('revokes or keeps the other logins after %s', async (kind, create, end) => {
      const person = await create();
      const others = await Promise.all(
        [1, 2, 3].map(async () => new TotpUser(app, await app.workspace.addLogin(person.user))),
      );
      const record = (of: TotpUser): Promise<unknown> =>
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

    it.each(CHANGES)('keeps personal access tokens after %s', async (kind, create) => {
      const person = await create();
      await app.workspace.addAccessToken(person.user);
      const before = (await person.stored()).services.resume.loginTokens;
      expect(await change(kind, person)).toMatchObject(OK);
      expect((await person.stored()).services.resume.loginTokens).toEqual(before);
    });
  });
});
