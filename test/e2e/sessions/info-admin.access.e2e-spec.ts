import { hashLoginToken } from '../../../src/auth/login-token';
import { PERMISSION_CACHE_MS } from '../../../src/permissions/permissions.service';
import { TestApp } from '../../support/app';
import {
  DAY_SECONDS,
  NO_PERMISSION,
  NOT_LOGGED_IN,
  SESSION_NOT_FOUND,
  TOTP_INVALID,
  TOTP_REQUIRED,
} from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

describe('GET /api/v1/sessions/info.admin: access', () => {
  let app: TestApp;
  let admin: TestUser;
  let id: string;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.workspace.createUser();
    id = String((await app.workspace.createSession()).sessionId);
  });

  afterAll(() => app.close());

  describe('authentication', () => {
    it.each<[string, (user: TestUser) => Record<string, string | string[]>]>([
      ['a request without headers', () => ({})],
      ['X-User-Id only', (user) => ({ 'x-user-id': user.id })],
      ['X-Auth-Token only', (user) => ({ 'x-auth-token': user.token })],
      ['empty headers', () => ({ 'x-user-id': '', 'x-auth-token': '' })],
      ['a wrong token', (user) => ({ ...user.headers, 'x-auth-token': `${user.token}x` })],
      ['a part of the token', (user) => ({ ...user.headers, 'x-auth-token': user.token.slice(1) })],
      ['the wrong user id', (user) => ({ ...user.headers, 'x-user-id': 'somebody' })],
      [
        'the stored hash as a token',
        (user) => ({ ...user.headers, 'x-auth-token': hashLoginToken(user.token) }),
      ],
      [
        'a repeated token',
        (user) => ({ ...user.headers, 'x-auth-token': [user.token, user.token] }),
      ],
      ['a repeated user id', (user) => ({ ...user.headers, 'x-user-id': [user.id, user.id] })],
      ['an operator as a token', (user) => ({ ...user.headers, 'x-auth-token': '{"$ne":""}' })],
      [
        '8,000 characters as a token',
        (user) => ({ ...user.headers, 'x-auth-token': 'x'.repeat(8000) }),
      ],
    ])('answers 401 to %s', async (_case, headers) => {
      const code = admin.codeAt(app.clock.now());
      expect(await app.infoAdmin(id, { ...headers(admin), 'x-2fa-code': code })).toMatchObject(
        NOT_LOGGED_IN,
      );
    });

    it('answers 401 to the id of one user with the token of another', async () => {
      const other = await app.workspace.createUser();
      const answer = await app.infoAdminAs(admin, id, { 'x-user-id': other.id });
      expect(answer).toMatchObject(NOT_LOGGED_IN);
    });

    it('answers 401 to a deactivated user', async () => {
      const gone = await app.workspace.createUser({ active: false });
      expect(await app.infoAdminAs(gone, id)).toMatchObject(NOT_LOGGED_IN);
    });

    it('answers 401 to the first request after a deactivation', async () => {
      const user = await app.workspace.createUser();
      expect(await app.infoAdminAs(user, id)).toMatchObject({ status: 200 });
      await app.workspace.db
        .collection<{ _id: string }>('users')
        .updateOne({ _id: user.id }, { $set: { active: false } });
      expect(await app.infoAdminAs(user, id)).toMatchObject(NOT_LOGGED_IN);
    });

    it('accepts a login token until the second it expires', async () => {
      const age = (seconds: number): Date => new Date(app.clock.now().getTime() - seconds * 1000);
      const old = await app.workspace.createUser({ loggedInAt: age(90 * DAY_SECONDS - 1) });
      const expired = await app.workspace.createUser({ loggedInAt: age(90 * DAY_SECONDS) });
      expect(await app.infoAdminAs(old, id)).toMatchObject({ status: 200 });
      expect(await app.infoAdminAs(expired, id)).toMatchObject(NOT_LOGGED_IN);
    });

    it('answers 401 to a login token without a date', async () => {
      const user = await app.workspace.createUser();
      await app.workspace.db
        .collection<{ _id: string }>('users')
        .updateOne({ _id: user.id }, { $unset: { 'services.resume.loginTokens.0.when': '' } });
      expect(await app.infoAdminAs(user, id)).toMatchObject(NOT_LOGGED_IN);
    });
  });

  describe('personal access tokens', () => {
    it('accepts a personal access token with bypassTwoFactor without a code', async () => {
      const user = await app.workspace.createUser({
        personalAccessToken: { bypassTwoFactor: true },
      });
      expect(await app.infoAdmin(id, user.headers)).toMatchObject({ status: 200 });
    });

    it('demands a code with a personal access token without bypassTwoFactor', async () => {
      const user = await app.workspace.createUser({
        personalAccessToken: { bypassTwoFactor: false },
      });
      expect(await app.infoAdmin(id, user.headers)).toMatchObject(TOTP_REQUIRED);
      expect(await app.infoAdminAs(user, id)).toMatchObject({ status: 200 });
    });

    it.each(['false', 'true', 1, {}, null, undefined])(
      'demands a code with a personal access token whose bypassTwoFactor is %p',
      async (bypassTwoFactor) => {
        const user = await app.workspace.createUser({
          personalAccessToken: { bypassTwoFactor: false },
        });
        await app.workspace.db
          .collection<{ _id: string }>('users')
          .updateOne(
            { _id: user.id },
            { $set: { 'services.resume.loginTokens.0.bypassTwoFactor': bypassTwoFactor } },
          );
        expect(await app.infoAdmin(id, user.headers)).toMatchObject(TOTP_REQUIRED);
      },
    );

    it('accepts a personal access token of any age', async () => {
      const user = await app.workspace.createUser({
        personalAccessToken: { bypassTwoFactor: true },
        loggedInAt: new Date(0),
      });
      expect(await app.infoAdmin(id, user.headers)).toMatchObject({ status: 200 });
    });
  });

  describe('permission', () => {
    it.each<[string, string[] | undefined]>([
      ['another role', ['user']],
      ['no role', []],
      ['no roles field', undefined],
      ['a string in place of the list of roles', 'admin' as unknown as string[]],
      ['roles that are not strings', [null, { ne: '' }] as unknown as string[]],
    ])('answers 403 to a user with %s', async (_case, roles) => {
      const member = await app.workspace.createUser({ roles: [], fields: { roles } });
      expect(await app.infoAdminAs(member, id)).toMatchObject(NO_PERMISSION);
    });

    it('accepts a user of whom one role of several holds the permission', async () => {
      const user = await app.workspace.createUser({ roles: ['user', 'moderator', 'admin'] });
      expect(await app.infoAdminAs(user, id)).toMatchObject({ status: 200 });
    });

    it('applies a change of the permission once the cache has expired', async () => {
      const user = await app.workspace.createUser({ roles: ['auditor'] });
      const ask = (): Promise<HttpAnswer> => app.infoAdminAs(user, id);
      expect(await ask()).toMatchObject(NO_PERMISSION);

      await app.workspace.setPermission('view-device-management', ['admin', 'auditor']);
      app.clock.advance({ seconds: PERMISSION_CACHE_MS / 1000 });
      expect(await ask()).toMatchObject({ status: 200 });

      await app.workspace.setPermission('view-device-management', ['admin']);
      app.clock.advance({ seconds: PERMISSION_CACHE_MS / 1000 });
      expect(await ask()).toMatchObject(NO_PERMISSION);
    });

    it('grants nothing when the roles of the permission are a string instead of a list', async () => {
      const user = await app.workspace.createUser({ roles: ['a', 'd'] });
      await app.workspace.setPermission('view-device-management', 'admin' as unknown as string[]);
      app.clock.advance({ seconds: PERMISSION_CACHE_MS / 1000 });
      expect(await app.infoAdminAs(user, id)).toMatchObject(NO_PERMISSION);

      await app.workspace.setPermission('view-device-management', ['admin']);
      app.clock.advance({ seconds: PERMISSION_CACHE_MS / 1000 });
    });

    it('answers 403 to every user when the permission has no document', async () => {
      const permissions = app.workspace.db.collection<{ _id: string }>('rocketchat_permissions');
      await permissions.deleteOne({ _id: 'view-device-management' });
      app.clock.advance({ seconds: PERMISSION_CACHE_MS / 1000 });
      expect(await app.infoAdminAs(admin, id)).toMatchObject(NO_PERMISSION);

      await app.workspace.setPermission('view-device-management', ['admin']);
      app.clock.advance({ seconds: PERMISSION_CACHE_MS / 1000 });
    });
  });

  describe('the order of the checks', () => {
    const wrong = { 'x-2fa-code': '000000' };

    it('checks authentication before permission, parameters and second factor', async () => {
      expect(await app.call('/api/v1/sessions/info.admin', { headers: wrong })).toMatchObject(
        NOT_LOGGED_IN,
      );
    });

    it('checks the permission before parameters and second factor', async () => {
      const member = await app.workspace.createUser({ roles: ['user'] });
      const headers = { ...member.headers, ...wrong };
      expect(await app.call('/api/v1/sessions/info.admin', { headers })).toMatchObject(
        NO_PERMISSION,
      );
    });

    it('checks parameters before the second factor, so that a bad request claims no code', async () => {
      const user = await app.workspace.createUser();
      const headers = { ...user.headers, 'x-2fa-code': user.codeAt(app.clock.now()) };
      const bad = await app.call('/api/v1/sessions/info.admin', { headers });
      expect(bad.body).toMatchObject({ errorType: 'invalid-params' });
      // From another client: it is served only if the code has not been claimed.
      expect(await app.infoAdmin(id, { ...headers, 'user-agent': 'other' })).toMatchObject({
        status: 200,
      });
    });

    it('verifies the second factor before it looks up the session, so that only authorised users learn what exists', async () => {
      const user = await app.workspace.createUser();
      expect(await app.infoAdmin('nobody', user.headers)).toMatchObject(TOTP_REQUIRED);
      expect(await app.infoAdmin('nobody', { ...user.headers, ...wrong })).toMatchObject(
        TOTP_INVALID,
      );
      expect(await app.infoAdminAs(user, 'nobody')).toMatchObject(SESSION_NOT_FOUND);
    });
  });
});
