import { TestApp } from '../../support/app';
import { NOT_FOUND, NOT_LOGGED_IN } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';

const ALLOWED = 'https://chat.example.com';
const ALSO_ALLOWED = 'http://localhost:8080';
const ME = '/api/v1/me';

describe('requests of other sites', () => {
  let app: TestApp;

  const ask = (
    at: TestApp,
    origin: string | undefined,
    { path = ME, method = 'GET', headers = {} }: AskOptions = {},
  ): Promise<HttpAnswer> =>
    at.call(path, { method, headers: { ...(origin && { origin }), ...headers } });
  const preflight = (at: TestApp, origin: string | undefined, path = ME): Promise<HttpAnswer> =>
    ask(at, origin, {
      path,
      method: 'OPTIONS',
      headers: {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-auth-token,x-evil',
      },
    });

  interface AskOptions {
    path?: string;
    method?: string;
    headers?: Record<string, string>;
  }

  describe('with CORS_ORIGINS', () => {
    beforeAll(async () => {
      app = await TestApp.start({ CORS_ORIGINS: `${ALLOWED}, ${ALSO_ALLOWED}` });
    });
    afterAll(() => app.close());

    it.each([ALLOWED, ALSO_ALLOWED])('are allowed for %s', async (origin) => {
      const { status, text, headers } = await preflight(app, origin);
      expect({ status, text }).toEqual({ status: 204, text: '' });
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers':
          'content-type, x-user-id, x-auth-token, x-2fa-code, x-2fa-method, x-request-id',
        'access-control-max-age': '600',
        'cache-control': 'no-store',
        vary: 'Origin',
      });
      expect(headers['access-control-allow-credentials']).toBeUndefined();
    });

    it('see refusals as well, with the headers of the limits', async () => {
      const answer = await ask(app, ALLOWED);
      expect(answer).toMatchObject(NOT_LOGGED_IN);
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': ALLOWED,
        'access-control-expose-headers':
          'x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after, x-request-id',
        vary: 'Origin',
      });
      const many = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`x-${n}`, 'a']));
      for (const [options, status] of [
        [{ path: '/api/v1/nothing' }, 404],
        [{ headers: many }, 431],
      ] as const) {
        const refused = await ask(app, ALLOWED, options);
        expect(refused.status).toBe(status);
        expect(refused.headers['access-control-allow-origin']).toBe(ALLOWED);
      }
    });

    it.each([
      undefined,
      'null',
      '*',
      'https://evil.example.com',
      'https://chat.example.com.evil.example.com',
      'http://chat.example.com',
      'https://chat.example.com:444',
      'https://chat.example.com/',
      'HTTPS://CHAT.EXAMPLE.COM',
      `${ALLOWED}, ${ALSO_ALLOWED}`,
      `https://evil.example.com, ${ALLOWED}`,
    ])('are not allowed for %s', async (origin) => {
      expect(await preflight(app, origin)).toMatchObject(NOT_FOUND);
      const { status, headers } = await ask(app, origin);
      expect(status).toBe(401);
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers.vary).toBe('Origin');
    });

    it('run no route by OPTIONS', async () => {
      const user = await app.workspace.createUser();
      const commands = await app.commandsDuring(async () => {
        for (const path of [ME, '/api/v1/logout', '/api/v1/nothing', '/api-docs']) {
          const headers = { ...user.headers, 'access-control-request-method': 'POST' };
          const answer = await ask(app, ALLOWED, { path, method: 'OPTIONS', headers });
          expect(answer).toMatchObject({ status: 204, text: '' });
          const other = await ask(app, undefined, { path, method: 'OPTIONS', headers });
          expect(other).toMatchObject(NOT_FOUND);
        }
      });
      expect(commands).toEqual([]);
    });
  });

  it('are not allowed for any site by default', async () => {
    const plain = await TestApp.start();
    expect(await preflight(plain, ALLOWED)).toMatchObject(NOT_FOUND);
    const { headers } = await ask(plain, ALLOWED);
    const names = Object.keys(headers).filter((name) => /^access-control|^vary/.test(name));
    expect(names).toEqual([]);
    await plain.close();
  });
});
