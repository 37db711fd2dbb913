import { TotpRepository } from '../../../src/workspace-data/users/totp.repository';
import { TestApp } from '../../support/app';
import { CHANGED, codesOf, sha256, TotpUser } from '../../support/totp-user';
import { UserOptions } from '../../support/workspace';

describe('POST /api/v1/users.regenerateTotpCodes', () => {
  let app: TestApp;
  const enrolled = (options: UserOptions = {}): Promise<TotpUser> => TotpUser.create(app, options);

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(() => {
    app.clock.startStep();
  });
  afterAll(() => app.close());

  it('keeps the set of codes that was shown last in ten parallel regenerations', async () => {
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

  it('accepts one of twenty regenerations with one backup code, and keeps its codes', async () => {
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

  it('refuses to regenerate when a backup code is used meanwhile', async () => {
    const person = await enrolled({ backupCodes: ['aB3dE5gH', 'Zz9Yy8Xx'] });
    const stored = app.partOf(TotpRepository);
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
});
