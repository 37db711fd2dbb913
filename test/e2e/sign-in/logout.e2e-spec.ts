import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import { NO_PERMISSION, NOT_LOGGED_IN } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';
const OK = { status: 200 };

function tokenOf({ body }: HttpAnswer): string {
  return (body as { data: { authToken: string } }).data.authToken;
}

describe('POST /api/v1/logout', () => {
  let app: TestApp;
  let user: TestUser;

  const login = (): Promise<HttpAnswer> =>
    app.login({ user: `user-${user.id}`, password: PASSWORD });
  const sessionOf = (token: string): Promise<Record<string, unknown> | null> =>
    app.workspace.db
      .collection('rocketchat_sessions')
      .findOne({ loginToken: hashLoginToken(token) });
  const headersOf = (token: string): Record<string, string> => ({
    'x-user-id': user.id,
    'x-auth-token': token,
  });
  const me = (token: string): Promise<HttpAnswer> =>
    app.call('/api/v1/me', { headers: headersOf(token) });
  const logout = (token: string, body?: string): Promise<HttpAnswer> =>
    app.call('/api/v1/logout', {
      method: 'POST',
      headers: {
        ...headersOf(token),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
    });

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(async () => {
    user = await app.workspace.createUser({ password: PASSWORD, totp: false });
  });
  afterAll(() => app.close());

  it('answers the documented body and revokes the token', async () => {
    const { headers } = await app.workspace.createUser({ roles: ['user'] });
    const answer = await app.call('/api/v1/logout', { method: 'POST', headers });
    expect(answer).toMatchObject({
      status: 200,
      text: `{"status":"success","data":{"message":"You've been logged out!"}}`,
    });
    expect(await app.call('/api/v1/me', { headers })).toMatchObject(NOT_LOGGED_IN);
  });

  it('answers 403 to a personal access token and leaves it valid', async () => {
    const { headers } = await app.workspace.createUser({
      roles: ['user'],
      personalAccessToken: { bypassTwoFactor: false },
    });
    const answer = await app.call('/api/v1/logout', { method: 'POST', headers });
    expect(answer).toMatchObject(NO_PERMISSION);
    expect(await app.call('/api/v1/me', { headers })).toMatchObject({ status: 200 });
  });

  it('revokes the login of the request and no other, and stamps its session', async () => {
    const [one, two] = [tokenOf(await login()), tokenOf(await login())];
    expect(await logout(one)).toMatchObject(OK);
    expect(await me(one)).toMatchObject(NOT_LOGGED_IN);
    expect(await me(two)).toMatchObject(OK);
    expect(await sessionOf(one)).toMatchObject({
      logoutAt: app.clock.now(),
      logoutBy: user.id,
    });
    expect(await sessionOf(two)).not.toHaveProperty('logoutAt');
    expect(await logout(one)).toMatchObject(NOT_LOGGED_IN);
  });

  it.each([['{}'], ['{"all":true}'], ['']])('ignores the body %j', async (body) => {
    expect(await logout(tokenOf(await login()), body)).toMatchObject(OK);
  });

  it('answers parallel logouts with 200 or 401', async () => {
    const token = tokenOf(await login());
    const answers = await Promise.all(Array.from({ length: 10 }, () => logout(token)));
    expect(answers.filter(({ status }) => status !== 200 && status !== 401)).toEqual([]);
    expect(await me(token)).toMatchObject(NOT_LOGGED_IN);
  });
});
