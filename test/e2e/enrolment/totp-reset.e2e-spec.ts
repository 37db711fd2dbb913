import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import { invalidParameters, NOT_LOGGED_IN } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser, UserOptions } from '../../support/workspace';

const DONE = { status: 200, text: '{"success":true}' };
const NO_SUCH_USER = {
  status: 400,
  text: '{"success":false,"error":"The required \\"userId\\" or \\"username\\" param provided does not match any users [error-invalid-user]","errorType":"error-invalid-user"}',
};

interface StoredUser {
  _id: string;
  services: { totp?: unknown; resume: { loginTokens: unknown } };
}

describe('POST /api/v1/users.resetTOTP', () => {
  let app: TestApp;
  let admin: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.workspace.createUser();
  });
  beforeEach(() => {
    app.clock.startStep();
  });
  afterAll(() => app.close());

  const createUser = (options: UserOptions = {}): Promise<TestUser> =>
    app.workspace.createUser({ roles: ['user'], ...options });

  const reset = (body: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer> =>
    app.call('/api/v1/users.resetTOTP', {
      method: 'POST',
      headers: {
        ...admin.headers,
        'x-2fa-code': admin.codeAt(app.clock.now()),
        'content-type': 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  const me = (user: TestUser): Promise<HttpAnswer> =>
    app.call('/api/v1/me', { headers: user.headers });

  const stored = async (user: TestUser): Promise<StoredUser['services'] | undefined> => {
    const users = app.workspace.db.collection<StoredUser>('users');
    return (await users.findOne({ _id: user.id }))?.services;
  };

  it.each<[string, (user: TestUser) => object]>([
    ['by id', ({ id }) => ({ userId: id })],
    ['by name', ({ id }) => ({ username: `user-${id}` })],
  ])("removes a user's TOTP and revokes all of their tokens, %s", async (_case, name) => {
    const lost = await createUser({ backupCodes: ['abcd2345'] });
    const second = await app.workspace.addLogin(lost);
    const untouched = await createUser();
    expect(await reset(name(lost))).toMatchObject(DONE);
    expect(await stored(lost)).toEqual({ resume: { loginTokens: [] } });
    for (const user of [lost, second]) expect(await me(user)).toMatchObject(NOT_LOGGED_IN);
    expect(await me(untouched)).toMatchObject({ status: 200 });
  });

  it('revokes personal access tokens, too', async () => {
    const program = await createUser({ personalAccessToken: { bypassTwoFactor: true } });
    expect(await reset({ userId: program.id })).toMatchObject(DONE);
    expect(await me(program)).toMatchObject(NOT_LOGGED_IN);
  });

  it('removes a TOTP secret that is being enrolled, too', async () => {
    const user = await createUser({ enrolling: true });
    expect(await reset({ userId: user.id })).toMatchObject(DONE);
    expect(await stored(user)).toEqual({ resume: { loginTokens: [] } });
  });

  it('revokes nothing of a user without TOTP, so that it may be repeated', async () => {
    const user = await createUser({ totp: false });
    expect(await reset({ userId: user.id })).toMatchObject(DONE);
    expect(await me(user)).toMatchObject({ status: 200 });
    const lost = await createUser();
    await reset({ userId: lost.id });
    const again = await app.workspace.addLogin(lost);
    expect(await reset({ userId: lost.id })).toMatchObject(DONE);
    expect(await me(again)).toMatchObject({ status: 200 });
  });

  it('stamps the records of the revoked sessions with the administrator', async () => {
    const lost = await createUser();
    const loginToken = hashLoginToken(lost.token);
    await app.workspace.createSession({ userId: lost.id, loginToken });
    await reset({ userId: lost.id });
    const record = await app.workspace.db.collection('rocketchat_sessions').findOne({ loginToken });
    expect(record).toMatchObject({ logoutBy: admin.id, logoutAt: app.clock.now() });
  });

  it('lets the user enrol again at once', async () => {
    const lost = await createUser({ totp: true });
    await app.call('/api/v1/sessions/list', { headers: lost.headers });
    await reset({ userId: lost.id });
    const back = await app.workspace.addLogin(lost);
    const answer = await app.call('/api/v1/users.enableTotp', {
      method: 'POST',
      headers: back.headers,
    });
    expect(answer).toMatchObject({ status: 200, body: { secret: expect.any(String) as string } });
  });

  it('answers 400 when the name matches no user', async () => {
    for (const name of [
      { userId: 'unknown' },
      { username: 'unknown' },
      { userId: '' },
      { username: '' },
      { username: '.*' },
      { username: '\ud800' },
    ]) {
      expect(await reset(name)).toMatchObject(NO_SUCH_USER);
    }
  });

  it('never confuses similar names', async () => {
    const user = await createUser({ fields: { username: 'Grace\ufffd' } });
    for (const username of ['grace\ufffd', 'Grace\ud800', 'Grace', user.id]) {
      expect(await reset({ username })).toMatchObject(NO_SUCH_USER);
    }
    expect(await reset({ userId: 'Grace\ufffd' })).toMatchObject(NO_SUCH_USER);
    expect(await me(user)).toMatchObject({ status: 200 });
  });

  it.each<[unknown, string]>([
    [{}, "must have required property 'userId'"],
    ['', "must have required property 'userId'"],
    [{ userId: 'a', username: 'a' }, 'must match exactly one schema in oneOf'],
    [{ userId: null }, 'must be string'],
    [{ userId: null, username: 'a' }, 'must be string'],
    [{ userId: { $ne: '' } }, 'must be string'],
    [{ username: ['a'] }, 'must be string'],
    [{ userId: 'a', name: 'a' }, 'must NOT have additional properties'],
    ['{"userId":"a","constructor":{}}', 'must NOT have additional properties'],
    [[], 'must be object'],
  ])('refuses %j', async (body, message) => {
    expect(await reset(body)).toMatchObject(invalidParameters(message));
  });

  it('resets TOTP despite malformed tokens of other programs', async () => {
    const users = app.workspace.db.collection<StoredUser>('users');
    for (const loginTokens of [[null, 1, {}, { hashedToken: 7 }], 'none', {}]) {
      const user = await createUser();
      await users.updateOne(
        { _id: user.id },
        { $set: { 'services.resume.loginTokens': loginTokens } },
      );
      expect(await reset({ userId: user.id })).toMatchObject(DONE);
      expect(await stored(user)).toEqual({ resume: { loginTokens: [] } });
    }
  });

  it('resets TOTP once for ten parallel requests', async () => {
    const lost = await createUser();
    const answers = await Promise.all(Array.from({ length: 10 }, () => reset({ userId: lost.id })));
    for (const answer of answers) expect(answer).toMatchObject(DONE);
    expect(await stored(lost)).toEqual({ resume: { loginTokens: [] } });
  });
});
