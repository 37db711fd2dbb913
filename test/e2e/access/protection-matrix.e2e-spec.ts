import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import {
  DAY_SECONDS,
  NO_PERMISSION,
  NOT_LOGGED_IN,
  TOTP_INVALID,
  TOTP_REQUIRED,
} from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { callRoute, PROTECTED_ROUTES } from '../../support/protected-routes';
import { TestUser, UserOptions } from '../../support/workspace';

describe.each(PROTECTED_ROUTES)('the protection of $method /api/v1/$path', (route) => {
  let app: TestApp;
  let somebody: TestUser;

  beforeAll(async () => {
    app = await TestApp.start(route.env);
    somebody = await app.workspace.createUser();
  });
  afterAll(() => app.close());

  /** Somebody with a session of their own, so that every route finds what it is asked for. */
  const create = async (options: UserOptions = {}): Promise<[TestUser, string]> => {
    const user = await app.workspace.createUser({ ...route.serves, ...options });
    const { sessionId } = await app.workspace.createSession({
      userId: user.id,
      loginToken: hashLoginToken((await app.workspace.addLogin(user)).token),
    });
    return [user, String(sessionId)];
  };

  const ask = (
    [user, sessionId]: [TestUser, string],
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> =>
    callRoute(
      app,
      route,
      { ID: sessionId, CODE: user.codeAt(app.clock.now()), SOMEBODY: somebody.id },
      {
        ...user.headers,
        ...((route.permission !== undefined || route.proven) && {
          'x-2fa-code': user.codeAt(app.clock.now()),
        }),
        ...headers,
      },
    );

  it('serves whoever has all that it asks for', async () => {
    expect((await ask(await create())).status).toBe(200);
  });

  it.each<[string, (user: TestUser) => Record<string, string>]>([
    ['no user id', () => ({ 'x-user-id': '' })],
    ['no token', () => ({ 'x-auth-token': '' })],
    ['a wrong token', () => ({ 'x-auth-token': 'wrong' })],
    ['the hash of the token', (user) => ({ 'x-auth-token': hashLoginToken(user.token) })],
    ["somebody else's id", () => ({ 'x-user-id': 'somebody' })],
  ])('answers 401 to %s', async (_case, headers) => {
    const caller = await create();
    expect(await ask(caller, headers(caller[0]))).toMatchObject(NOT_LOGGED_IN);
  });

  it('answers 401 to an expired token', async () => {
    const loggedInAt = new Date(app.clock.now().getTime() - 90 * DAY_SECONDS * 1000);
    expect(await ask(await create({ loggedInAt }))).toMatchObject(NOT_LOGGED_IN);
  });

  it('answers 401 to a deactivated user', async () => {
    expect(await ask(await create({ active: false }))).toMatchObject(NOT_LOGGED_IN);
  });

  if (route.permission === undefined) {
    it(`serves whoever is logged in, without a role${route.proven ? '' : ' and without a code'}`, async () => {
      expect((await ask(await create({ roles: [] }))).status).toBe(200);
    });
    return;
  }

  it('answers 403 to somebody without the permission', async () => {
    expect(await ask(await create({ roles: ['user'] }))).toMatchObject(NO_PERMISSION);
  });

  it('asks for its own permission and no other', async () => {
    const other = route.permission?.startsWith('view')
      ? 'logout-device-management'
      : 'view-device-management';
    await app.workspace.setPermission(other, ['admin', 'other-role']);
    app.clock.advance({ seconds: 10 });
    expect(await ask(await create({ roles: ['other-role'] }))).toMatchObject(NO_PERMISSION);
  });

  if (route.withoutSecondFactor) {
    it('serves whoever has the permission, without a code', async () => {
      expect((await ask(await create(), { 'x-2fa-code': '' })).status).toBe(200);
    });
    return;
  }

  it('answers 400 to no code, a wrong code and a used one', async () => {
    const caller = await create();
    expect(await ask(caller, { 'x-2fa-code': '' })).toMatchObject(TOTP_REQUIRED);
    expect(await ask(caller, { 'x-2fa-code': 'wrong!' })).toMatchObject(TOTP_INVALID);
    expect((await ask(caller, { 'user-agent': 'first' })).status).toBe(200);
    expect(await ask(caller, { 'user-agent': 'second' })).toMatchObject(TOTP_INVALID);
  });

  it('does not do what it was asked for without a right code', async () => {
    const caller = await create();
    const stored = (): Promise<unknown> =>
      app.workspace.db.collection<{ _id: string }>('users').findOne({ _id: caller[0].id });
    const before = await stored();
    await ask(caller, { 'x-2fa-code': 'wrong!' });
    expect(await stored()).toEqual(before);
    const open = await app.workspace.db
      .collection('rocketchat_sessions')
      .countDocuments({ sessionId: caller[1], logoutAt: { $exists: false } });
    expect(open).toBe(1);
  });
});
