import { OpenAPIObject } from '@nestjs/swagger';
import { TestApp } from '../../support/app';
import {
  LOGIN_BLOCKED_FOR_IP,
  LOGIN_BLOCKED_FOR_USER,
  LOGIN_REFUSED,
  LOGIN_TOTP_INVALID,
  LOGIN_TOTP_REQUIRED,
  TOTP_MAX_ATTEMPTS,
} from '../../support/expectations';
import { createUserWithProfile } from '../../support/profile';

const PASSWORD = 'correct horse';

describe('POST /api/v1/login: bodies, byte for byte', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(() => {
    app.clock.advance({ seconds: 300 });
  });
  afterAll(() => app.close());

  it('answers the user id, a token and the profile', async () => {
    const { user, username, profile } = await createUserWithProfile(app, PASSWORD);
    const answer = await app.login({ user: username, password: PASSWORD });
    const { authToken } = (answer.body as { data: { authToken: string } }).data;
    expect(authToken).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(
      `{"status":"success","data":{"userId":"${user.id}","authToken":"${authToken}","me":${profile}}}}`,
    );
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('asks for the second factor only after a right password', async () => {
    const user = await app.workspace.createUser({ password: PASSWORD, roles: ['user'] });
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

  it('documents the statuses of login, logout and me, and the bodies of login, in OpenAPI', async () => {
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
      '200 400 401 403 408 413 429 431 500 503',
    );
    expect(statuses('/api/v1/me', 'get').join(' ')).toBe('200 400 401 429 431 500 503');

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
