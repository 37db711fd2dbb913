import { hashLoginToken } from '../../../src/auth/login-token';
import { SessionLifecycle } from '../../../src/session-lifecycle/session-lifecycle.service';
import { TestApp } from '../../support/app';
import {
  detailsOf,
  LOGIN_REFUSED,
  NOT_LOGGED_IN,
  TOTP_INVALID,
  typedRefusal,
} from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { Mailbox } from '../../support/mailbox';
import { TestUser, UserOptions } from '../../support/workspace';

const PASSWORD = 'correct horse';
const OK = { status: 200 };
const DONE = { status: 200, text: '{"success":true}' };

const ALREADY_ENABLED = typedRefusal(
  'Codes by e-mail are already enabled [error-2fa-already-enabled]',
);
const NOT_ENABLED = typedRefusal('Codes by e-mail are not enabled [error-2fa-not-enabled]');
const UNVERIFIED = typedRefusal(
  'You need to verify your e-mail address first [error-2fa-email-unverified]',
);
const OFF = typedRefusal(
  'Codes by e-mail are off: the service has no mail server [error-2fa-email-off]',
);

interface StoredUser {
  _id: string;
  services: {
    email2fa?: unknown;
    emailCode?: unknown;
    resume: { loginTokens: { hashedToken: string }[] };
  };
}

describe('POST /api/v1/users.2fa.enableEmail and users.2fa.disableEmail', () => {
  let app: TestApp;
  let mailbox: Mailbox;
  let user: TestUser;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    app = await TestApp.start({ SMTP_URL: mailbox.url });
  });
  beforeEach(() => {
    app.clock.startStep();
  });
  afterAll(() => app.close());

  const create = async (options: UserOptions = {}): Promise<TestUser> =>
    (user = await app.workspace.createUser({ roles: [], totp: false, ...options }));
  const ask = (
    path: string,
    code = '',
    headers: Record<string, string> = {},
    by = user,
  ): Promise<HttpAnswer> =>
    app.call(`/api/v1/users.2fa.${path}`, {
      method: 'POST',
      headers: { ...by.headers, 'x-2fa-code': code, ...headers },
    });
  const enable = (code?: string, headers?: Record<string, string>): Promise<HttpAnswer> =>
    ask('enableEmail', code, headers);
  const disable = (code?: string, headers?: Record<string, string>): Promise<HttpAnswer> =>
    ask('disableEmail', code, headers);
  const totp = (): string => user.codeAt(app.clock.now());
  const users = () => app.workspace.db.collection<StoredUser>('users');
  const services = async (): Promise<StoredUser['services']> => {
    const stored = await users().findOne({ _id: user.id });
    if (!stored) throw new Error('The user has gone.');
    return stored.services;
  };

  it('enables with a password and disables with a code by e-mail, stored as Rocket.Chat stores it', async () => {
    await create({ password: PASSWORD });
    expect(await enable(PASSWORD)).toMatchObject(DONE);
    expect((await services()).email2fa).toEqual({ enabled: true, changedAt: app.clock.now() });
    const me = await app.call('/api/v1/me', { headers: user.headers });
    expect(me.body).toMatchObject({ services: { email2fa: { enabled: true } } });
    expect(me.text).not.toContain('changedAt');

    expect(detailsOf(await disable())).toMatchObject({ method: 'email', codeGenerated: true });
    const { code } = mailbox.latest;
    app.clock.advance({ seconds: 60 });
    expect(await disable(code)).toMatchObject(DONE);
    const { email2fa, emailCode } = await services();
    expect(email2fa).toEqual({ enabled: false, changedAt: app.clock.now() });
    expect(emailCode).toBeUndefined();
  });

  describe('step-up for enableEmail and disableEmail', () => {
    it.each([{}, { personalAccessToken: { bypassTwoFactor: true } }])(
      'requires the password of a user without a better factor, even for a stolen token: %j',
      async (options) => {
        await create({ password: PASSWORD, ...options });
        expect(detailsOf(await enable())).toMatchObject({ method: 'password' });
        expect(await enable('wrong')).toMatchObject({ status: 400 });
        expect((await services()).email2fa).toBeUndefined();
        expect(await enable(PASSWORD)).toMatchObject(DONE);
      },
    );

    it('requires TOTP of a user who has it, and refuses the password', async () => {
      await create({ totp: true, password: PASSWORD });
      expect(await enable(PASSWORD)).toMatchObject(TOTP_INVALID);
      expect(await enable(totp())).toMatchObject(DONE);
    });

    it('requires nothing of a user without any factor', async () => {
      await create();
      expect(await enable()).toMatchObject(DONE);
    });

    it.each([{}, { personalAccessToken: { bypassTwoFactor: true } }])(
      'requires a second factor to disable, whatever the token may do: %j',
      async (options) => {
        await create({ totp: true, email2fa: true, password: PASSWORD, ...options });
        expect(await disable(PASSWORD)).toMatchObject(TOTP_INVALID);
        expect(detailsOf(await disable('', { 'x-2fa-method': 'email' }))).toMatchObject({
          method: 'email',
          codeGenerated: true,
        });
        expect((await services()).email2fa).toMatchObject({ enabled: true });
        const { code } = mailbox.latest;
        expect(await disable(code, { 'x-2fa-method': 'email' })).toMatchObject(DONE);
      },
    );

    it('never accepts a remembered factor', async () => {
      const remembering = await TestApp.start({
        SMTP_URL: mailbox.url,
        TWO_FACTOR_REMEMBER_SECONDS: '1800',
      });
      const { sessionId } = await remembering.workspace.createSession();
      const admin = await remembering.workspace.createUser({ email2fa: true });
      expect(await remembering.infoAdminAs(admin, String(sessionId))).toMatchObject(OK);
      expect(await remembering.infoAdmin(String(sessionId), admin.headers)).toMatchObject(OK);
      const answer = await remembering.call('/api/v1/users.2fa.disableEmail', {
        method: 'POST',
        headers: admin.headers,
      });
      expect(detailsOf(answer)).toMatchObject({ method: 'totp' });
      // Enabling again makes another factor, so what was remembered of the previous one is void.
      const users = remembering.workspace.db.collection<{ _id: string }>('users');
      await users.updateOne(
        { _id: admin.id },
        { $set: { 'services.email2fa.changedAt': new Date(0) } },
      );
      const after = await remembering.infoAdmin(String(sessionId), admin.headers);
      expect(after.status).toBe(400);
      await remembering.close();
    });
  });

  describe('enableEmail and disableEmail in the wrong state', () => {
    it('refuses, changes nothing and sends nothing when already in the wanted state', async () => {
      await create({ email2fa: true });
      const sent = mailbox.mails.length;
      const before = await services();
      expect(await enable()).toMatchObject(ALREADY_ENABLED);
      expect(await services()).toEqual(before);
      await create();
      expect(await disable()).toMatchObject(NOT_ENABLED);
      expect((await services()).email2fa).toBeUndefined();
      expect(mailbox.mails).toHaveLength(sent);
    });

    it.each([[undefined], [[]], [[{ address: 'me@example.org', verified: false }]], ['text']])(
      'refuses to enable when no address is verified: %j',
      async (emails) => {
        await create({ fields: { emails } });
        expect(await enable()).toMatchObject(UNVERIFIED);
        expect((await services()).email2fa).toBeUndefined();
      },
    );

    it('refuses to enable when there is no mail server', async () => {
      const off = await TestApp.start();
      const person = await off.workspace.createUser({ totp: false });
      const answer = await off.call('/api/v1/users.2fa.enableEmail', {
        method: 'POST',
        headers: person.headers,
      });
      expect(answer).toMatchObject(OFF);
      await off.close();
    });

    it.each([null, 'text', { enabled: 'true' }, { enabled: 1 }])(
      'enables from any stored value that is not enabled: %j',
      async (email2fa) => {
        await create();
        await users().updateOne(
          { _id: user.id },
          { $set: { 'services.email2fa': email2fa, 'services.emailCode': { code: 'x' } } },
        );
        expect(await enable()).toMatchObject(DONE);
        const stored = await services();
        expect(stored.email2fa).toEqual({ enabled: true, changedAt: app.clock.now() });
        expect(stored.emailCode).toBeUndefined();
      },
    );
  });

  describe.each<[string, () => Promise<HttpAnswer>, UserOptions]>([
    ['enable', () => enable(totp()), { totp: true }],
    ['disable', () => disable(totp()), { totp: true, email2fa: true }],
  ])('POST /api/v1/users.2fa.%sEmail', (action, change, options) => {
    const me = (by: TestUser): Promise<HttpAnswer> =>
      app.call('/api/v1/me', { headers: by.headers });

    it('revokes the other logins and stamps their records, and keeps personal access tokens', async () => {
      await create(options);
      const other = await app.workspace.addLogin(user);
      const program = {
        type: 'personalAccessToken',
        hashedToken: hashLoginToken(`program of ${user.id}`),
        name: 'script',
      };
      await users().updateOne(
        { _id: user.id },
        { $push: { 'services.resume.loginTokens': program } },
      );
      await app.workspace.createSession({
        userId: user.id,
        loginToken: hashLoginToken(other.token),
      });
      expect(await change()).toMatchObject(DONE);
      expect(await me(other)).toMatchObject(NOT_LOGGED_IN);
      expect(await me(user)).toMatchObject(OK);
      expect((await services()).resume.loginTokens).toHaveLength(2);
      const record = await app.workspace.db
        .collection('rocketchat_sessions')
        .findOne({ loginToken: hashLoginToken(other.token) });
      expect(record).toMatchObject({ logoutAt: app.clock.now(), logoutBy: user.id });
    });

    it('revokes the other logins in the same statement, even when their records cannot be stamped', async () => {
      await create(options);
      const other = await app.workspace.addLogin(user);
      const lifecycle = app.partOf(SessionLifecycle);
      const crash = jest.spyOn(lifecycle, 'recordRevoked').mockRejectedValue(new Error('crash'));
      expect(await change()).toMatchObject({ status: 500 });
      crash.mockRestore();
      expect(await me(other)).toMatchObject(NOT_LOGGED_IN);
    });

    it('changes the factor once for ten parallel requests and refuses the others', async () => {
      await create(options);
      const answers = await Promise.all(Array.from({ length: 10 }, change));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const { status, text } of answers.filter((answer) => answer.status !== 200)) {
        expect([status, text]).toEqual([400, expect.stringMatching(/\[(error-2fa|totp-invalid)/)]);
      }
    });

    it('refuses a login that was verified before the change and would finish after it', async () => {
      await create({ ...options, password: PASSWORD });
      const lifecycle = app.partOf(SessionLifecycle);
      const record = lifecycle.open.bind(lifecycle);
      const later = totp();
      const spy = jest.spyOn(lifecycle, 'open').mockImplementationOnce(async (login) => {
        const enabled = action === 'enable';
        await users().updateOne(
          { _id: user.id },
          { $set: { 'services.email2fa': { enabled, changedAt: new Date(0) } } },
        );
        return record(login);
      });
      const login = { user: `user-${user.id}`, password: PASSWORD, code: later };
      expect(await app.login(login)).toMatchObject(LOGIN_REFUSED);
      spy.mockRestore();
    });
  });
});

describe('audit log of enableEmail and disableEmail', () => {
  it('records who enabled or disabled codes by e-mail, and the result', async () => {
    const app = await TestApp.start({ SMTP_URL: 'smtp://127.0.0.1:9' });
    app.clock.startStep();
    const user = await app.workspace.createUser();
    const change = async (path: string, code: string): Promise<void> => {
      await app.call(`/api/v1/users.2fa.${path}`, {
        method: 'POST',
        headers: { ...user.headers, 'user-agent': 'curl/8', 'x-2fa-code': code },
      });
      app.clock.advance({ seconds: 30 });
    };
    const code = (): string => user.codeAt(app.clock.now());
    await change('enableEmail', 'wrong!');
    await change('enableEmail', code());
    await change('enableEmail', '');
    await change('disableEmail', '');
    await change('disableEmail', code());
    expect(app.log.audit).toEqual(
      [
        ['enabled', 'second-factor-invalid', 'totp'],
        ['enabled', 'ok'],
        ['enabled', 'email-obstacle', 'already-enabled'],
        ['disabled', 'second-factor-required', 'totp'],
        ['disabled', 'ok'],
      ].map(([change, result, reason]) => ({
        t: result === 'second-factor-invalid' ? 'second-factor.failed' : 'second-factor.changed',
        ts: expect.any(String) as string,
        actor: {
          type: 'user',
          _id: user.id,
          username: `user-${user.id}`,
          ip: '127.0.0.1',
          useragent: 'curl/8',
        },
        data: {
          result,
          ...(reason !== undefined && { reason }),
          change: `email-codes.${change ?? ''}`,
          route: `POST /api/v1/users.2fa.${change === 'enabled' ? 'enable' : 'disable'}Email`,
          requestId: expect.any(String) as string,
          answered: result === 'ok' ? 200 : 400,
        },
      })),
    );
    await app.close();
  });
});
