import { TestApp } from '../../support/app';
import { TOTP_REQUIRED } from '../../support/expectations';
import { startWithSession, submitting } from '../../support/totp-scene';
import { TestUser } from '../../support/workspace';

const OK = { status: 200 };

describe('remembered second factor', () => {
  const remember = { TWO_FACTOR_REMEMBER_SECONDS: '60' };

  it('lets only the same client pass without a code, for the configured time', async () => {
    const [app, submit] = await startWithSession(remember);
    const user = await app.workspace.createUser();
    expect(await submit(user, '')).toMatchObject(TOTP_REQUIRED);
    expect(await submit(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
    expect(await submit(user, '')).toMatchObject(OK);
    expect(await submit(user, '', { 'user-agent': 'other' })).toMatchObject(TOTP_REQUIRED);
    expect(await submit(await app.workspace.addLogin(user), '')).toMatchObject(TOTP_REQUIRED);
    app.clock.advance({ seconds: 59.999 });
    expect(await submit(user, '')).toMatchObject(OK);
    app.clock.advance({ seconds: 0.001 });
    expect(await submit(user, '')).toMatchObject(TOTP_REQUIRED);
    await app.close();
  });

  it.each<[string, object]>([
    ['another TOTP secret', { 'services.totp.secret': 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' }],
    ['disabled TOTP', { 'services.totp': { enabled: false } }],
    ['codes by e-mail', { 'services.email2fa': { enabled: true } }],
    ['another password', { 'services.password.bcrypt': 'another' }],
  ])(
    'forgets the factor when the user has %s, whichever program changed it',
    async (_case, change) => {
      const [app, submit] = await startWithSession(remember);
      const user = await app.workspace.createUser({ password: 'hello' });
      expect(await submit(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
      expect(await submit(user, '')).toMatchObject(OK);
      const users = app.workspace.db.collection<{ _id: string }>('users');
      await users.updateOne({ _id: user.id }, { $set: change });
      expect(await submit(user, '')).toMatchObject({
        status: 400,
        body: { errorType: 'totp-required' },
      });
      await app.close();
    },
  );

  /** Writes fields into the user's token, as another program might. */
  const store = async (app: TestApp, user: TestUser, fields: object): Promise<void> => {
    const token = 'services.resume.loginTokens.0';
    const $set = Object.fromEntries(
      Object.entries(fields).map(([name, value]: [string, unknown]) => [`${token}.${name}`, value]),
    );
    await app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: user.id }, { $set });
  };

  it.each([undefined, null, '', 'short', 7, {}, ['a'.repeat(44)], 'a'.repeat(44)])(
    'asks for a code when %j is stored as the remembered factor',
    async (twoFactorAuthorizedHash) => {
      const [app, submit] = await startWithSession(remember);
      const user = await app.workspace.createUser();
      const twoFactorAuthorizedUntil = new Date(app.clock.now().getTime() + 60_000);
      await store(app, user, {
        twoFactorAuthorizedUntil,
        ...(twoFactorAuthorizedHash !== undefined && { twoFactorAuthorizedHash }),
      });
      expect(await submit(user, '')).toMatchObject(TOTP_REQUIRED);
      expect(await submit(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
      await app.close();
    },
  );

  it.each([null, '2999-01-01', 32_503_680_000_000, {}])(
    'asks for a code when %j is stored as the end of its time',
    async (twoFactorAuthorizedUntil) => {
      const [app, submit] = await startWithSession(remember);
      const user = await app.workspace.createUser();
      expect(await submit(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
      await store(app, user, { twoFactorAuthorizedUntil });
      expect(await submit(user, '')).toMatchObject(TOTP_REQUIRED);
      await app.close();
    },
  );

  it('remembers a password stand-in, and codes by e-mail until they are enabled again', async () => {
    const [app, submit] = await startWithSession(remember);
    const options = { totp: false, password: 'hello' };
    const user = await app.workspace.createUser({ ...options });
    expect(await submit(user, 'hello')).toMatchObject(OK);
    expect(await submit(user, '')).toMatchObject(OK);

    const other = await app.workspace.createUser({ ...options, totp: true, email2fa: true });
    expect(await submit(other, other.codeAt(app.clock.now()))).toMatchObject(OK);
    expect(await submit(other, '')).toMatchObject(OK);
    await app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: other.id }, { $set: { 'services.email2fa.changedAt': new Date(0) } });
    expect((await submit(other, '')).status).toBe(400);
    await app.close();
  });

  it('remembers nothing by default nor for a personal access token, whatever is stored', async () => {
    const [app, submit] = await startWithSession(remember);
    const user = await app.workspace.createUser();
    expect(await submit(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
    expect(await submit(user, '')).toMatchObject(OK);
    // The same remembered factor and client, on a service that remembers nothing.
    const forgetful = await app.another();
    const { sessionId } = await app.workspace.createSession();
    const submitThere = submitting(forgetful, String(sessionId));
    expect(await submitThere(user, '')).toMatchObject(TOTP_REQUIRED);

    await store(app, user, { type: 'personalAccessToken' });
    expect(await submit(user, '')).toMatchObject(TOTP_REQUIRED);
    await forgetful.close();
    await app.close();
  });

  it('stores nothing by default nor for a personal access token', async () => {
    for (const isProgram of [false, true]) {
      const [app, submit] = await startWithSession(isProgram ? remember : {});
      const user = await app.workspace.createUser(
        isProgram ? { personalAccessToken: { bypassTwoFactor: false } } : {},
      );
      expect(await submit(user, user.codeAt(app.clock.now()))).toMatchObject(OK);
      const users = app.workspace.db.collection<{ _id: string }>('users');
      const stored = await users.findOne({ _id: user.id });
      expect(JSON.stringify(stored)).not.toContain('twoFactorAuthorized');
      await app.close();
    }
  });
});
