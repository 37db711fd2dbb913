import { hashLoginToken } from '../../../src/auth/login-token';
import { SessionLifecycle } from '../../../src/session-lifecycle/session-lifecycle.service';
import { totpCode } from '../../../src/two-factor/methods/totp';
import { TestApp } from '../../support/app';
import { NOT_LOGGED_IN } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import {
  ALREADY_ENABLED,
  CHANGED,
  codesOf,
  NOT_BEGUN,
  secretOf,
  sha256,
  TotpUser,
} from '../../support/totp-user';

const OK = { status: 200 };

describe('POST /api/v1/users.validateTotp', () => {
  let app: TestApp;
  const withoutFactor = (): Promise<TotpUser> => TotpUser.create(app, { totp: false });
  const enrolling = (): Promise<TotpUser> => TotpUser.create(app, { enrolling: true });

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(() => {
    app.clock.startStep();
  });
  afterAll(() => app.close());

  const me = (person: TotpUser): Promise<HttpAnswer> => person.ask('GET', 'me');

  it('stores the secret apart until it is validated, and only hashes of the backup codes', async () => {
    const person = await withoutFactor();
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

  it('asks for no code at a login before the secret is validated', async () => {
    const person = await TotpUser.create(app, { totp: false, password: 'correct horse' });
    await person.enable();
    const login = { user: `user-${person.user.id}`, password: 'correct horse' };
    expect(await app.login(login)).toMatchObject(OK);
  });

  it('answers 400 not-begun when no secret has been requested', async () => {
    const person = await withoutFactor();
    expect(await person.validate('123456')).toMatchObject(NOT_BEGUN);
    await person.setTotp({ enabled: false, tempSecret: '' });
    expect(await person.validate('123456')).toMatchObject(NOT_BEGUN);
  });

  it('revokes the other logins in the same statement, even when their records cannot be stamped', async () => {
    const person = await enrolling();
    const other = new TotpUser(app, await app.workspace.addLogin(person.user));
    const lifecycle = app.partOf(SessionLifecycle);
    const crash = jest.spyOn(lifecycle, 'recordRevoked').mockRejectedValue(new Error('crash'));
    expect(await person.validate(person.code())).toMatchObject({ status: 500 });
    crash.mockRestore();
    expect(await me(other)).toMatchObject(NOT_LOGGED_IN);
    expect(await me(person)).toMatchObject(OK);
  });

  it('revokes the other logins despite malformed entries of other programs', async () => {
    const person = await enrolling();
    const other = new TotpUser(app, await app.workspace.addLogin(person.user));
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

  it('shows one set of codes for ten parallel validations and refuses the others', async () => {
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

  it('enables only the validated secret when another one is requested meanwhile', async () => {
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
