import { RouteAccessChecker } from '../../../src/access/route-access.checker';
import { TestApp } from '../../support/app';
import {
  invalidParameters,
  LOGIN_REFUSED,
  LOGIN_TOTP_INVALID,
  LOGIN_TOTP_REQUIRED,
  TOTP_MAX_ATTEMPTS,
} from '../../support/expectations';
import { wrongCodes } from '../../support/guesses';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';
const CAP = 5;

describe('the set of public routes', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start({ SMTP_URL: 'smtp://127.0.0.1:9' });
  });
  beforeEach(async () => {
    user = await app.workspace.createUser({ password: PASSWORD });
  });
  afterAll(() => app.close());

  it('contains login, sendEmailCode and the probes only', () => {
    const routes = app.app.get(RouteAccessChecker, { strict: false }).routes();
    expect(routes.filter(({ policy }) => policy?.public).map(({ route }) => route)).toEqual([
      'GET health/live',
      'GET health/ready',
      'POST api/v1/login',
      'POST api/v1/users.2fa.sendEmailCode',
    ]);
  });

  describe('POST /api/v1/login, step-up: at-sign-in', () => {
    const login = (code?: string, password = PASSWORD): Promise<HttpAnswer> =>
      app.login({ user: `user-${user.id}`, password, ...(code !== undefined && { code }) });
    const right = (): string => user.codeAt(app.clock.now());

    it('answers 401 to a wrong password, even with a right code', async () => {
      expect(await login(right(), 'wrong')).toMatchObject(LOGIN_REFUSED);
    });

    it('answers 401 to a missing, a wrong and a used code', async () => {
      expect(await login()).toMatchObject(LOGIN_TOTP_REQUIRED);
      expect(await login('wrong!')).toMatchObject(LOGIN_TOTP_INVALID);
      expect((await login(right())).status).toBe(200);
      expect(await login(right())).toMatchObject(LOGIN_TOTP_INVALID);
    });

    it('answers 429 to a right code after too many wrong ones', async () => {
      for (const code of wrongCodes(CAP, user.secret, app.clock.now())) {
        expect(await login(code)).toMatchObject(LOGIN_TOTP_INVALID);
      }
      expect(await login(right())).toMatchObject(TOTP_MAX_ATTEMPTS);
    });
  });

  describe('POST /api/v1/users.2fa.sendEmailCode', () => {
    const send = (body: object): Promise<HttpAnswer> =>
      app.call('/api/v1/users.2fa.sendEmailCode', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });

    it('answers 200 without a login', async () => {
      expect((await send({ emailOrUsername: 'nobody' })).status).toBe(200);
    });

    it('answers 400 to a parameter that is missing, unknown or repeated', async () => {
      expect(await send({})).toMatchObject(
        invalidParameters("must have required property 'emailOrUsername'"),
      );
      expect(await send({ emailOrUsername: 'nobody', no: 1 })).toMatchObject(
        invalidParameters('must NOT have additional properties'),
      );
      expect(await send({ emailOrUsername: ['nobody', 'somebody'] })).toMatchObject(
        invalidParameters('must be string'),
      );
    });
  });
});
