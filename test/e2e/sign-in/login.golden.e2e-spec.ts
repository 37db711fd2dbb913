import { OpenAPIObject } from '@nestjs/swagger';
import { TestApp } from '../../support/app';
import {
  LOGIN_BLOCKED_FOR_IP,
  LOGIN_BLOCKED_FOR_USER,
  LOGIN_REFUSED,
  LOGIN_TOTP_INVALID,
  LOGIN_TOTP_REQUIRED,
  NO_PERMISSION,
  NOT_LOGGED_IN,
  TOTP_MAX_ATTEMPTS,
} from '../../support/expectations';
import { TestUser, UserOptions } from '../../support/workspace';

const PASSWORD = 'correct horse';

describe('signing in: the bodies, byte for byte', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(() => {
    app.clock.advance({ seconds: 300 });
  });
  afterAll(() => app.close());

  const create = (options: UserOptions = {}): Promise<TestUser> =>
    app.workspace.createUser({ password: PASSWORD, totp: false, roles: ['user'], ...options });

  const rod = async (): Promise<[TestUser, string]> => {
    const user = await create({
      fields: {
        username: `rod-${app.clock.now().getTime()}`,
        name: 'Rod',
        emails: [
          { address: `old-${app.clock.now().getTime()}@example.com`, verified: false },
          { address: `rod-${app.clock.now().getTime()}@example.com`, verified: true },
        ],
        createdAt: new Date('2023-05-24T05:00:00.000Z'),
        avatarETag: 'etag',
        avatarOrigin: 'upload',
        customFields: { secret: 'not shown' },
      },
    });
    const suffix = app.clock.now().getTime();
    const me =
      `{"_id":"${user.id}","name":"Rod","username":"rod-${suffix}",` +
      `"emails":[{"address":"old-${suffix}@example.com","verified":false},{"address":"rod-${suffix}@example.com","verified":true}],` +
      `"active":true,"roles":["user"],"createdAt":"2023-05-24T05:00:00.000Z","avatarETag":"etag","avatarOrigin":"upload",` +
      `"email":"rod-${suffix}@example.com",` +
      `"services":{"password":{"exists":true},"totp":{"enabled":false},"email2fa":{"enabled":false}}`;
    return [user, me];
  };

  it('POST login hands out the user, a token and what the user sees of themselves', async () => {
    const [user, me] = await rod();
    const answer = await app.login({
      user: `rod-${app.clock.now().getTime()}`,
      password: PASSWORD,
    });
    const { authToken } = (answer.body as { data: { authToken: string } }).data;
    expect(authToken).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(
      `{"status":"success","data":{"userId":"${user.id}","authToken":"${authToken}","me":${me}}}}`,
    );
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('GET me answers the user, success last', async () => {
    const [user, me] = await rod();
    const answer = await app.call('/api/v1/me', { headers: user.headers });
    expect(answer).toMatchObject({ status: 200, text: `${me},"success":true}` });
  });

  it('GET me leaves out what is not stored, and shows nothing of the proofs', async () => {
    const user = await app.workspace.createUser({
      email2fa: true,
      fields: { name: undefined, emails: undefined, createdAt: undefined, roles: undefined },
    });
    const { text } = await app.call('/api/v1/me', { headers: user.headers });
    expect(text).toBe(
      `{"_id":"${user.id}","username":"user-${user.id}","active":true,"roles":[],` +
        '"services":{"password":{"exists":false},"totp":{"enabled":true},"email2fa":{"enabled":true}},"success":true}',
    );
  });

  it.each<[string, unknown]>([
    ['text', 'rod@example.com'],
    ['an object', { address: 'rod@example.com' }],
    ['empty', []],
  ])('GET me bears stored e-mail addresses that are %s', async (_case, emails) => {
    const user = await create();
    await app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: user.id }, { $set: { emails } });
    const answer = await app.call('/api/v1/me', { headers: user.headers });
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty('email');
    await app.workspace.db.collection<{ _id: string }>('users').deleteOne({ _id: user.id });
  });

  it('POST logout says goodbye', async () => {
    const user = await create();
    const answer = await app.call('/api/v1/logout', { method: 'POST', headers: user.headers });
    expect(answer).toMatchObject({
      status: 200,
      text: `{"status":"success","data":{"message":"You've been logged out!"}}`,
    });
    expect(await app.call('/api/v1/me', { headers: user.headers })).toMatchObject(NOT_LOGGED_IN);
  });

  it('POST logout refuses a personal access token, which goes on working', async () => {
    const user = await create({ personalAccessToken: { bypassTwoFactor: false } });
    const answer = await app.call('/api/v1/logout', { method: 'POST', headers: user.headers });
    expect(answer).toMatchObject(NO_PERMISSION);
    expect(await app.call('/api/v1/me', { headers: user.headers })).toMatchObject({ status: 200 });
  });

  it('POST login refuses a wrong password, and asks for the second factor after a right one', async () => {
    const user = await create({ totp: true });
    const login = { user: `user-${user.id}`, password: PASSWORD };
    expect(await app.login({ ...login, password: 'wrong' })).toMatchObject(LOGIN_REFUSED);
    expect(await app.login(login)).toMatchObject(LOGIN_TOTP_REQUIRED);
    for (let i = 0; i < 5; i++) {
      expect(await app.login({ ...login, code: 'wrong!' })).toMatchObject(LOGIN_TOTP_INVALID);
    }
    const locked = await app.login({ ...login, code: 'wrong!' });
    expect(locked).toMatchObject(TOTP_MAX_ATTEMPTS);
    expect(locked.headers['retry-after']).toBe('900');
  });

  it('is documented with the very bodies', async () => {
    const { paths } = (await app.call('/api-docs/openapi.json')).body as OpenAPIObject;
    const statuses = (path: string, method: 'get' | 'post'): string[] =>
      Object.keys(paths[path]?.[method]?.responses ?? {});
    expect(statuses('/api/v1/login', 'post')).toEqual([
      '200',
      '400',
      '401',
      '408',
      '413',
      '429',
      '431',
      '500',
      '503',
    ]);
    expect(statuses('/api/v1/logout', 'post').join(' ')).toBe(
      '200 400 401 403 408 413 431 500 503',
    );
    expect(statuses('/api/v1/me', 'get').join(' ')).toBe('200 401 431 500 503');

    const login = JSON.stringify(paths['/api/v1/login']);
    for (const { text } of [
      LOGIN_REFUSED,
      LOGIN_TOTP_REQUIRED,
      LOGIN_TOTP_INVALID,
      LOGIN_BLOCKED_FOR_USER,
      LOGIN_BLOCKED_FOR_IP,
      TOTP_MAX_ATTEMPTS,
    ]) {
      expect(login).toContain(text);
    }
    expect(login).toContain('"retry-after"');
    expect(paths['/api/v1/login']?.post?.tags).toEqual(['Signing in']);
  });
});
