import { SessionsRepository } from '../../../src/workspace-data/sessions/sessions.repository';
import { LoginTokensRepository } from '../../../src/workspace-data/users/login-tokens.repository';
import { TestApp } from '../../support/app';

/** Mongoose drops such operations without a word unless it is told to throw. */
describe('a write of a revocation that Mongoose refuses', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it('fails when it should remove a token', async () => {
    const tokens = app.app.get(LoginTokensRepository, { strict: false });
    const removal = { owner: {} as string, hashedTokens: ['h'] };
    await expect(tokens.remove([removal])).rejects.toThrow();
    await expect(tokens.remove([removal, { owner: 'u', hashedTokens: ['h'] }])).rejects.toThrow();
  });

  it('fails when it should stamp a session document', async () => {
    const sessions = app.app.get(SessionsRepository, { strict: false });
    const good = { owner: 'u', unowned: true, hashedTokens: ['h'], at: new Date(0), by: 'u' };
    const bad = { ...good, at: 'soon' as unknown as Date };
    await expect(sessions.stamp([bad])).rejects.toThrow();
    await expect(sessions.stamp([good, bad])).rejects.toThrow();
  });
});
