import { totpCode } from '../../../src/two-factor/methods/totp';
import { TestApp } from '../../support/app';
import { TOTP_INVALID } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { ALREADY_ENABLED, secretOf, TotpUser, StoredUser } from '../../support/totp-user';
import { UserOptions } from '../../support/workspace';

const OK = { status: 200 };

describe('POST /api/v1/users.enableTotp', () => {
  let app: TestApp;
  const withoutFactor = (): Promise<TotpUser> => TotpUser.create(app, { totp: false });
  const enrolled = (options: UserOptions = {}): Promise<TotpUser> => TotpUser.create(app, options);

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(() => {
    app.clock.startStep();
  });
  afterAll(() => app.close());

  describe('step-up', () => {
    const PASSWORD = 'hello world';
    const begin = (person: TotpUser, code: string): Promise<HttpAnswer> =>
      app.call('/api/v1/users.enableTotp', {
        method: 'POST',
        headers: { ...person.user.headers, 'x-2fa-code': code },
      });

    it.each([{}, { personalAccessToken: { bypassTwoFactor: true } }])(
      'requires the password of a user who has one, even for a stolen token: %j',
      async (options) => {
        const person = await TotpUser.create(app, { totp: false, password: PASSWORD, ...options });
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

    it('locks out after wrong passwords', async () => {
      const person = await TotpUser.create(app, { totp: false, password: PASSWORD });
      for (let i = 0; i < 5; i++) await begin(person, 'wrong');
      expect((await begin(person, PASSWORD)).status).toBe(429);
    });

    it('requires a code by e-mail of a user who has enabled that, and refuses the password', async () => {
      const person = await TotpUser.create(app, {
        totp: false,
        password: PASSWORD,
        email2fa: true,
      });
      expect((await begin(person, PASSWORD)).body).toMatchObject({
        errorType: 'totp-invalid',
        details: { method: 'email' },
      });
    });

    it('requires nothing of a user without any factor', async () => {
      expect(await begin(await withoutFactor(), '')).toMatchObject(OK);
    });
  });

  it('accepts only codes of the last secret that was requested', async () => {
    const person = await withoutFactor();
    const first = secretOf(await person.enable());
    const second = secretOf(await person.enable());
    expect(await person.validate(totpCode(first, app.clock.now()))).toMatchObject(TOTP_INVALID);
    expect(await person.validate(totpCode(second, app.clock.now()))).toMatchObject(OK);
  });

  it("names the account by the user's id when there is no username", async () => {
    const person = await withoutFactor();
    await app.workspace.db
      .collection<StoredUser>('users')
      .updateOne({ _id: person.user.id }, { $unset: { username: '' } });
    expect((await person.enable()).text).toContain(`Rocket.Chat:${person.user.id}?`);
  });

  it.each([null, 'text', {}, { enabled: 'true' }])(
    'enables from any stored value that is not enabled: %p',
    async (totp) => {
      const person = await withoutFactor();
      await person.setTotp(totp);
      const secret = secretOf(await person.enable());
      expect(await person.validate(totpCode(secret, app.clock.now()))).toMatchObject(OK);
    },
  );

  it('refuses to enable and to validate when TOTP is enabled, and changes nothing', async () => {
    const person = await enrolled();
    const before = await person.stored();
    expect(await person.enable()).toMatchObject(ALREADY_ENABLED);
    expect(await person.validate(person.code())).toMatchObject(ALREADY_ENABLED);
    expect(await person.stored()).toEqual(before);
  });
});
