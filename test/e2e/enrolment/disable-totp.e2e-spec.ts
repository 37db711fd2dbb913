import { TestApp } from '../../support/app';
import { TOTP_INVALID } from '../../support/expectations';
import { CHANGED, NOT_ENABLED, TotpUser } from '../../support/totp-user';
import { UserOptions } from '../../support/workspace';

const OK = { status: 200 };

describe('POST /api/v1/users.disableTotp', () => {
  let app: TestApp;
  const enrolled = (options: UserOptions = {}): Promise<TotpUser> => TotpUser.create(app, options);

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(() => {
    app.clock.startStep();
  });
  afterAll(() => app.close());

  it('refuses to another client the code that a change has used', async () => {
    const person = await enrolled();
    const other = new TotpUser(app, await app.workspace.addLogin(person.user));
    expect(await person.regenerate(person.code())).toMatchObject(OK);
    expect(await other.disable(person.code())).toMatchObject(TOTP_INVALID);
  });

  it('asks for a code even with a personal access token that bypasses the second factor', async () => {
    const person = await enrolled({ personalAccessToken: { bypassTwoFactor: true } });
    expect(await person.disable('wrong!')).toMatchObject(TOTP_INVALID);
    expect(await person.disable(person.code())).toMatchObject(OK);
  });

  it('disables TOTP for one of ten parallel requests and refuses the others', async () => {
    const person = await enrolled();
    const code = person.code();
    const answers = await Promise.all(Array.from({ length: 10 }, () => person.disable(code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, text } of answers.filter((answer) => answer.status !== 200)) {
      expect([CHANGED, NOT_ENABLED]).toContainEqual({ status, text });
    }
  });
});
