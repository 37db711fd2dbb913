import { MailNotSent } from '../../../src/mail/mail-not-sent';
import { Mailer } from '../../../src/mail/mailer.service';
import { challengeKey } from '../../../src/two-factor/email-codes/code-mail.limits';
import { TestApp } from '../../support/app';
import { EmailScene, PASSWORD } from '../../support/email-scene';
import { detailsOf, LOGIN_REFUSED } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const OK = { status: 200 };
const MINUTE = { seconds: 60 };
const UNDERSTOOD = { status: 200, text: '{"success":true}' };
const NOT_SENT = {
  status: 503,
  text: '{"success":false,"error":"The code could not be sent by e-mail. Please try again later [error-email-send-failed]","errorType":"error-email-send-failed"}',
};
const OFF = {
  status: 400,
  text: '{"success":false,"error":"Codes by e-mail are off: the service has no mail server [error-2fa-email-off]","errorType":"error-2fa-email-off"}',
};

describe('mail server that fails', () => {
  let scene: EmailScene;
  let user: TestUser;

  beforeEach(async () => {
    // Half of it is for the mail server.
    scene = await EmailScene.start({ REQUEST_TIMEOUT_MS: '6000', DATABASE_TIMEOUT_MS: '6000' });
    user = await scene.person();
  });
  afterEach(() => scene.app.close());

  const login = (): Promise<HttpAnswer> =>
    scene.app.login({ user: `user-${user.id}`, password: PASSWORD });

  const counted = async (): Promise<number[]> => {
    const records = scene.app.workspace.db.collection<{ _id: string; attempts: unknown[] }>(
      'ws_rate_limits',
    );
    const found = await records.find({ _id: challengeKey(user.id).key }).toArray();
    return found.map(({ attempts }) => attempts.length);
  };

  // A mail that may have been sent counts, so that a slow server never sends without limit.
  it.each([
    ['silent', 0],
    ['refusing', 0],
    ['dropping', 1],
    ['hanging', 1],
  ] as const)(
    'answers in time, spends nothing and serves the next request when the server is %s',
    async (trouble, mails) => {
      scene.mailbox.fail(trouble);
      // In time, because later the answer would be the 503 of a request that timed out.
      expect(await scene.show(user)).toMatchObject(NOT_SENT);
      expect(await scene.stored(user)).toBeUndefined();
      expect(await counted()).toEqual([mails]);
      scene.mailbox.fail(undefined);
      expect(detailsOf(await scene.show(user))).toMatchObject({ codeGenerated: true });
      expect(await scene.show(user, scene.mailbox.latest.code)).toMatchObject(OK);
    },
    60_000,
  );

  it('answers 503 each time without counting it when the server is down', async () => {
    await scene.mailbox.close();
    for (let i = 0; i < 12; i++) expect(await scene.show(user)).toMatchObject(NOT_SENT);
    expect(await scene.stored(user)).toBeUndefined();
    expect(await counted()).toEqual([0]);
  });

  it('answers 503 at a login, too', async () => {
    await scene.mailbox.close();
    expect(await login()).toMatchObject(NOT_SENT);
    expect(await scene.stored(user)).toBeUndefined();
  });

  it('keeps the current code and its tries when another one cannot be sent', async () => {
    await scene.show(user);
    const { code } = scene.mailbox.latest;
    await scene.show(user, code === '000000' ? '000001' : '000000');
    scene.app.clock.advance(MINUTE);
    const before = await scene.stored(user);
    const mailer = scene.app.partOf(Mailer);
    const failed = new Promise<void>((resolve) => {
      jest.spyOn(mailer, 'send').mockImplementationOnce(() => {
        resolve();
        return Promise.reject(new MailNotSent(true));
      });
    });
    expect(await scene.resend(`user-${user.id}`)).toMatchObject(UNDERSTOOD);
    await failed;
    await scene.settle();
    expect(await scene.stored(user)).toEqual(before);
    expect(await scene.show(user, code)).toMatchObject(OK);
  });

  it('connects to no mail server for a wrong password', async () => {
    scene.mailbox.fail('silent');
    const answer = await scene.app.login({ user: `user-${user.id}`, password: 'wrong' });
    expect(answer).toMatchObject(LOGIN_REFUSED);
    expect(scene.mailbox.connections).toBe(0);
  });

  it('logs what went wrong, without the user or the code', async () => {
    scene.mailbox.fail('refusing');
    await scene.show(user);
    // Only the audit log names the user; only the line of a request holds other figures.
    const lines = scene.app.log.lines.filter((line) => !/^\w+ (Audit|Http) /.test(line));
    const log = lines.join('\n');
    expect(log).toMatch(/warn Mail A mail was not sent: .*550/);
    expect(log).not.toContain(user.id);
    expect(log).not.toMatch(/\b\d{6}\b/);
  });
});

describe('service without SMTP_URL', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it('warns at the start that codes by e-mail are off', () => {
    expect(app.log.lines).toContain(
      'warn Mail SMTP_URL is not set: codes by e-mail are off. Users whose only second factor is e-mail cannot sign in.',
    );
  });

  it('refuses users who rely on codes by e-mail, and never accepts the password instead', async () => {
    const user = await app.workspace.createUser({
      totp: false,
      email2fa: true,
      password: PASSWORD,
    });
    const { sessionId } = await app.workspace.createSession();
    const show = (code: string): Promise<HttpAnswer> =>
      app.infoAdmin(String(sessionId), { ...user.headers, 'x-2fa-code': code });
    expect(await show('')).toMatchObject({
      status: 400,
      text: '{"success":false,"error":"TOTP Required [totp-required]","errorType":"totp-required","details":{"method":"email","codeGenerated":false,"availableMethods":["email"]}}',
    });
    expect(await show(PASSWORD)).toMatchObject({ status: 400 });
    const login = await app.login({ user: `user-${user.id}`, password: PASSWORD });
    expect(login.status).toBe(401);
  });

  it('refuses to send a code to known and unknown users', async () => {
    const user = await app.workspace.createUser({ email2fa: true });
    for (const emailOrUsername of [`user-${user.id}`, 'unknown']) {
      const answer = await app.call('/api/v1/users.2fa.sendEmailCode', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ emailOrUsername }),
      });
      expect(answer).toMatchObject(OFF);
    }
  });
});
