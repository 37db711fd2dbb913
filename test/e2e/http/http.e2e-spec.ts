import { connect } from 'node:net';
import { describeRoute } from '../../../src/access/declared-routes';
import { RouteAccessChecker } from '../../../src/access/route-access.checker';
import { TestApp } from '../../support/app';
import { BAD_REQUEST, NOT_FOUND, NOT_LOGGED_IN } from '../../support/expectations';
import { call, HttpAnswer } from '../../support/http';
import { PROTECTED_ROUTES } from '../../support/protected-routes';

describe('the service over HTTP', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it.each(['/', '/api', '/api/v1', '/api/v1/sessions', '/api/v1/sessions/info.admin/', '/API/V1'])(
    'answers 404 in the documented shape to the unknown path %s',
    async (path) => {
      expect(await app.call(path)).toMatchObject(NOT_FOUND);
    },
  );

  it.each(['/%', '/%00', '/api/v1/%ff', '//', '/api/v1/../../etc/passwd', '/__proto__'])(
    'answers 4xx in the documented shape to the hostile path %s',
    async (path) => {
      const { status, text } = await app.call(path);
      expect([400, 404]).toContain(status);
      expect(text).toMatch(/^\{"success":false,"error":"(Not Found|Bad Request)"\}$/);
    },
  );

  it.each([
    ['not JSON', '{', 'application/json', 400],
    ['poisoned with __proto__', '{"__proto__":{"a":1}}', 'application/json', 400],
    ['XML', '<a/>', 'application/xml', 400],
    ['too large', JSON.stringify('x'.repeat(100_000)), 'application/json', 413],
  ])(
    'answers 4xx in the documented shape to a body that is %s',
    async (_case, body, type, status) => {
      const answer = await app.call('/api/v1/sessions/info.admin', {
        method: 'POST',
        headers: { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) },
        body,
      });
      // An unknown route is refused before or after its body is read.
      expect([status, 404]).toContain(answer.status);
      expect(answer.body).toMatchObject({ success: false });
    },
  );

  it('forbids caching, content sniffing and framing', async () => {
    const { headers } = await app.call('/api/v1/sessions/info.admin');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });

  it('sends strict-transport-security only when configured, and never for subdomains', async () => {
    const hsts = async ({ url }: TestApp): Promise<unknown> =>
      (await call(`${url}/api/v1/me`)).headers['strict-transport-security'];
    expect(await hsts(app)).toBeUndefined();
    const configured = await app.another({ HSTS_MAX_AGE_SECONDS: '86400' });
    expect(await hsts(configured)).toBe('max-age=86400');
    await configured.close();
  });

  it.each([
    'text/plain',
    'application',
    '/',
    ';',
    'a/b/c',
    'application/json, text/plain',
    '\u00ff',
  ])(
    'answers 401 without a login, else 400, to a body of content type %j on every protected route',
    async (type) => {
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
    },
  );

  it('answers 400 in the documented shape to a request that is not HTTP', async () => {
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

  it('serves only routes whose access policy was reviewed (a change here is a permission change)', () => {
    const routes = app.app.get(RouteAccessChecker, { strict: false }).routes();
    // Route | who is served | permission | parameters | preconditions | step-up | rate-limit bucket | audit event.
    expect(routes.map(describeRoute)).toEqual([
      'GET api/v1/audit.sessions | signed-in | can-audit | AuditSearchParameters | ValidCursor | always | default | audit.viewed start,end,t,actor,userId,sessionId',
      'GET api/v1/me | signed-in | - | - | - | - | default | -',
      'GET api/v1/sessions/history | signed-in | view-device-management | SessionHistoryParameters | ValidCursor | always | default | session.history-viewed userId,endedBy,reason,endedAfter,endedBefore',
      'GET api/v1/sessions/info | signed-in | - | SessionIdParameters | - | - | default | -',
      'GET api/v1/sessions/info.admin | signed-in | view-device-management | SessionIdParameters | - | always | default | session.viewed sessionId',
      'GET api/v1/sessions/list | signed-in | - | SessionListParameters | ValidCursor | - | default | -',
      'GET api/v1/sessions/list.all | signed-in | view-device-management | AllSessionsListParameters | ValidCursor | always | default | session.listed',
      'GET api/v1/sessions/remembered | signed-in | view-device-management | PageParameters | - | always | default | session.listed',
      'GET api/v1/users.getPersonalAccessTokens | signed-in | create-personal-access-tokens | - | - | - | default | own data',
      'GET api/v1/users.sessions | signed-in | view-device-management | UserNameParameters | - | always | default | session.listed userId,username',
      'GET api/v1/users.totpCodesRemaining | signed-in | - | - | TotpEnabled | - | default | -',
      'GET health/live | public | - | - | - | - | none | -',
      'GET health/ready | public | - | - | - | - | none | -',
      'POST api/v1/login | public | - | - | - | at-sign-in, by the handler | public | login failed-login-attempt',
      'POST api/v1/logout | signed-in | - | - | - | - | default | session.ended',
      'POST api/v1/sessions/forget | signed-in | logout-device-management | SessionIdParameters | - | always | default | second-factor.changed second-factor.forgotten sessionId',
      'POST api/v1/sessions/forget.me | signed-in | - | SessionIdParameters | - | - | default | second-factor.changed second-factor.forgotten sessionId',
      'POST api/v1/sessions/logout | signed-in | logout-device-management | SessionIdParameters | - | always | default | session.ended sessionId',
      'POST api/v1/sessions/logout.bulk | signed-in | logout-device-management | BulkLogoutParameters | Confirmed | always | default | session.ended session.bulk-previewed selector,includeOwn,note',
      'POST api/v1/sessions/logout.me | signed-in | - | SessionIdParameters | - | - | default | session.ended sessionId',
      'POST api/v1/users.2fa.disableEmail | signed-in | - | - | EmailCodesEnabled | before-enrolment | default | second-factor.changed email-codes.disabled',
      'POST api/v1/users.2fa.enableEmail | signed-in | - | - | EmailCodesCanBeEnabled | before-enrolment | default | second-factor.changed email-codes.enabled',
      'POST api/v1/users.2fa.sendEmailCode | public | - | EmailOrUsernameParameters | - | - | public | second-factor.changed email-code.requested',
      'POST api/v1/users.disableTotp | signed-in | - | CodeParameters | TotpEnabled | code in body: totp | default | second-factor.changed totp.disabled',
      'POST api/v1/users.enableTotp | signed-in | - | - | TotpNotEnabled | before-enrolment | default | second-factor.changed totp.enrolment-begun',
      'POST api/v1/users.generatePersonalAccessToken | signed-in | create-personal-access-tokens | NewTokenParameters | - | always | default | access-token.changed access-token.generated tokenName,bypassTwoFactor',
      'POST api/v1/users.logout | signed-in | logout-other-user for others | UserIdParameters | - | always for others | default | session.ended tokens.removed userId',
      'POST api/v1/users.logoutOtherClients | signed-in | - | - | - | - | default | session.ended',
      'POST api/v1/users.regeneratePersonalAccessToken | signed-in | create-personal-access-tokens | TokenNameParameters | - | always | default | access-token.changed access-token.regenerated tokenName',
      'POST api/v1/users.regenerateTotpCodes | signed-in | - | CodeParameters | TotpEnabled | code in body: totp | default | second-factor.changed backup-codes.regenerated',
      'POST api/v1/users.removeOtherTokens | signed-in | - | - | - | - | default | session.ended tokens.removed',
      'POST api/v1/users.removePersonalAccessToken | signed-in | create-personal-access-tokens | TokenNameParameters | - | always | default | access-token.changed access-token.removed tokenName',
      'POST api/v1/users.resetTOTP | signed-in | edit-other-user-totp | UserNameParameters | - | always | default | second-factor.changed totp.reset userId,username',
      'POST api/v1/users.validateTotp | signed-in | - | CodeParameters | TotpNotEnabled | code in body: new-totp-secret of BegunTotpSecret | default | second-factor.changed totp.enabled',
    ]);
  });
});
