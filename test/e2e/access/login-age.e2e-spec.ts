import { TestApp } from '../../support/app';
import { NO_PERMISSION, NOT_LOGGED_IN } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser, UserOptions } from '../../support/workspace';

describe('ADMIN_LOGIN_MAX_AGE_MINUTES', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ ADMIN_LOGIN_MAX_AGE_MINUTES: '10' });
  });
  afterAll(() => app.close());

  const create = (ageSeconds: number, options: UserOptions = {}): Promise<TestUser> =>
    app.workspace.createUser({
      loggedInAt: new Date(app.clock.now().getTime() - ageSeconds * 1000),
      ...options,
    });
  const get = (path: string, by: TestUser): Promise<HttpAnswer> =>
    app.call(`/api/v1/${path}`, {
      headers: { ...by.headers, 'x-2fa-code': by.codeAt(app.clock.now()) },
    });
  const logOut = (by: TestUser, userId: string): Promise<HttpAnswer> =>
    app.call('/api/v1/users.logout', {
      method: 'POST',
      headers: {
        ...by.headers,
        'content-type': 'application/json',
        'x-2fa-code': by.codeAt(app.clock.now()),
      },
      body: JSON.stringify({ userId }),
    });

  it('refuses an older login on routes that ask for a permission, to the millisecond', async () => {
    expect((await get('sessions/list.all', await create(600))).status).toBe(200);
    expect(await get('sessions/list.all', await create(600.001))).toMatchObject(NOT_LOGGED_IN);
  });

  it('does so before it looks at permission, parameters and codes', async () => {
    const member = await create(601, { roles: ['user'] });
    expect(await get('sessions/list.all?no=1', member)).toMatchObject(NOT_LOGGED_IN);
    expect(await get('sessions/list.all', await create(0, { roles: ['user'] }))).toMatchObject(
      NO_PERMISSION,
    );
  });

  it('lets older logins use what asks for no permission', async () => {
    const old = await create(86_400);
    for (const path of ['me', 'sessions/list']) expect((await get(path, old)).status).toBe(200);
  });

  it('tells requests about others from those about oneself', async () => {
    const other = await create(0);
    const old = await create(601);
    expect(await logOut(old, other.id)).toMatchObject(NOT_LOGGED_IN);
    expect((await logOut(old, old.id)).status).toBe(200);
  });

  it('concerns no personal access token, which has no login that could be old', async () => {
    const program = await create(0, { personalAccessToken: { bypassTwoFactor: true } });
    app.clock.advance({ seconds: 3600 });
    expect((await get('sessions/list.all', program)).status).toBe(200);
  });

  it('is recorded with its reason', async () => {
    const old = await create(601);
    await get('sessions/list.all', old);
    expect(app.log.audit.at(-1)).toMatchObject({
      t: 'session.listed',
      actor: { _id: old.id },
      data: { result: 'not-logged-in', reason: 'login-too-old', answered: 401 },
    });
  });
});
