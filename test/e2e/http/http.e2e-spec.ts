import { connect } from 'node:net';
import { RouteAccessChecker } from '../../../src/access/route-access.checker';
import { TestApp } from '../../support/app';
import { BAD_REQUEST, NOT_FOUND, NOT_LOGGED_IN } from '../../support/expectations';
import { call, HttpAnswer } from '../../support/http';
import { PROTECTED_ROUTES } from '../../support/protected-routes';

describe('every answer', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it.each(['/', '/api', '/api/v1', '/api/v1/sessions', '/api/v1/sessions/info.admin/', '/API/V1'])(
    'is 404 in the documented shape for the unknown path %s',
    async (path) => {
      expect(await app.call(path)).toMatchObject(NOT_FOUND);
    },
  );

  it.each(['/%', '/%00', '/api/v1/%ff', '//', '/api/v1/../../etc/passwd', '/__proto__'])(
    'is a 4xx in the documented shape for the hostile path %s',
    async (path) => {
      const { status, text } = await app.call(path);
      expect([400, 404]).toContain(status);
      expect(text).toMatch(/^\{"success":false,"error":"(Not Found|Bad Request)"\}$/);
    },
  );

  it.each([
    ['not JSON', '{', 'application/json', 400],
    ['poisoned', '{"__proto__":{"a":1}}', 'application/json', 400],
    ['in another language', '<a/>', 'application/xml', 400],
    ['too large', JSON.stringify('x'.repeat(100_000)), 'application/json', 413],
  ])('is a 4xx in the documented shape to a body that is %s', async (_case, body, type, status) => {
    const answer = await app.call('/api/v1/sessions/info.admin', {
      method: 'POST',
      headers: { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) },
      body,
    });
    // No route takes a body yet: an unknown one is refused before or after its body is read.
    expect([status, 404]).toContain(answer.status);
    expect(answer.body).toMatchObject({ success: false });
  });

  it('is never stored, sniffed or framed', async () => {
    const { headers } = await app.call('/api/v1/sessions/info.admin');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });

  it('leaves strict-transport-security to the proxy, unless asked for, and subdomains to their owners', async () => {
    const hsts = async ({ url }: TestApp): Promise<unknown> =>
      (await call(`${url}/api/v1/me`)).headers['strict-transport-security'];
    expect(await hsts(app)).toBeUndefined();
    const asked = await app.another({ HSTS_MAX_AGE_SECONDS: '86400' });
    expect(await hsts(asked)).toBe('max-age=86400');
    await asked.close();
  });

  it.each([
    'text/plain',
    'application',
    '/',
    ';',
    'a/b/c',
    'application/json, text/plain',
    '\u00ff',
  ])('is 401 before it is 400 to a body of the type %j, on every protected route', async (type) => {
    const posts = PROTECTED_ROUTES.filter(({ method }) => method === 'POST');
    const user = await app.workspace.createUser();
    for (const { path, parameters } of posts) {
      const post = (headers: Record<string, string> = {}): Promise<HttpAnswer> =>
        app.call(`/api/v1/${path}`, {
          method: 'POST',
          headers: { 'content-type': type, ...headers },
          body: JSON.stringify(parameters ?? {}),
        });
      expect(await post()).toMatchObject(NOT_LOGGED_IN);
      if (parameters) expect(await post(user.headers)).toMatchObject(BAD_REQUEST);
    }
  });

  it('is in the documented shape even to what is not HTTP', async () => {
    const { hostname, port } = new URL(app.url);
    const text = await new Promise<string>((resolve) => {
      let received = '';
      const socket = connect(Number(port), hostname, () => socket.write('nonsense\r\n\r\n'));
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => {
        resolve(received);
      });
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(text).toMatch(/\{"success":false,"error":"Bad Request"\}$/);
  });

  it('comes from a route whose protection and log line were reviewed (a change here is a permission change)', () => {
    const routes = app.app.get(RouteAccessChecker, { strict: false }).routes();
    expect(
      routes.map(({ route, access }) =>
        [
          route,
          access?.protection,
          access && 'permission' in access ? access.permission : '-',
          access?.audit ? Object.values(access.audit).map(String).join(' ') : '-',
        ].join(' | '),
      ),
    ).toEqual([
      'GET api/v1/me | signed-in | - | -',
      'GET api/v1/sessions/info | signed-in | - | -',
      'GET api/v1/sessions/info.admin | permission and second factor | view-device-management | session.viewed sessionId',
      'GET api/v1/sessions/list | signed-in | - | -',
      'GET api/v1/sessions/list.all | permission and second factor | view-device-management | session.listed',
      'GET api/v1/users.getPersonalAccessTokens | permission | create-personal-access-tokens | access-token.listed',
      'GET api/v1/users.totpCodesRemaining | signed-in | - | -',
      'POST api/v1/login | public | - | login failed-login-attempt',
      'POST api/v1/logout | signed-in | - | session.ended',
      'POST api/v1/sessions/logout | permission and second factor | logout-device-management | session.ended sessionId',
      'POST api/v1/sessions/logout.me | signed-in | - | session.ended sessionId',
      'POST api/v1/users.2fa.disableEmail | signed-in | - | second-factor.changed email-codes.disabled',
      'POST api/v1/users.2fa.enableEmail | signed-in | - | second-factor.changed email-codes.enabled',
      'POST api/v1/users.2fa.sendEmailCode | public | - | second-factor.code-requested',
      'POST api/v1/users.disableTotp | signed-in | - | second-factor.changed totp.disabled',
      'POST api/v1/users.enableTotp | signed-in | - | second-factor.changed totp.enrolment-begun',
      'POST api/v1/users.generatePersonalAccessToken | permission and second factor | create-personal-access-tokens | access-token.changed access-token.generated tokenName,bypassTwoFactor',
      'POST api/v1/users.regeneratePersonalAccessToken | permission and second factor | create-personal-access-tokens | access-token.changed access-token.regenerated tokenName',
      'POST api/v1/users.regenerateTotpCodes | signed-in | - | second-factor.changed backup-codes.regenerated',
      'POST api/v1/users.removePersonalAccessToken | permission and second factor | create-personal-access-tokens | access-token.changed access-token.removed tokenName',
      'POST api/v1/users.resetTOTP | permission and second factor | edit-other-user-totp | second-factor.changed totp.reset userId,username',
      'POST api/v1/users.validateTotp | signed-in | - | second-factor.changed totp.enabled',
    ]);
  });
});
