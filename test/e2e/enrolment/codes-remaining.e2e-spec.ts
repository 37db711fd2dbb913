import { TestApp } from '../../support/app';
import { TotpUser } from '../../support/totp-user';
import { UserOptions } from '../../support/workspace';

const OK = { status: 200 };

describe('GET /api/v1/users.totpCodesRemaining', () => {
  let app: TestApp;
  const enrolled = (options: UserOptions = {}): Promise<TotpUser> => TotpUser.create(app, options);

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(() => {
    app.clock.startStep();
  });
  afterAll(() => app.close());

  it('counts the remaining backup codes, even when the stored list is malformed', async () => {
    const person = await enrolled({ backupCodes: ['aB3dE5gH', 'Zz9Yy8Xx'] });
    expect((await person.remaining()).body).toMatchObject({ remaining: 2 });
    for (const hashedBackup of [null, '', 'text', 7, {}]) {
      await person.setTotp({ enabled: true, secret: person.user.secret, hashedBackup });
      expect((await person.remaining()).body).toMatchObject({ remaining: 0 });
      expect(await person.regenerate(person.code())).toMatchObject(OK);
      expect((await person.remaining()).body).toMatchObject({ remaining: 12 });
    }
  });
});
