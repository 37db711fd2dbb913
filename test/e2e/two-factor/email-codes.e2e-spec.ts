import { hash } from 'bcrypt';
import { TestApp } from '../../support/app';
import { NOT_LOGGED_IN, TOTP_INVALID } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { Mailbox } from '../../support/mailbox';
import { TestUser, UserOptions } from '../../support/workspace';

const OK = { status: 200 };
const PASSWORD = 'correct horse';
const MINUTE = { seconds: 60 };
const LIFETIME = { seconds: 600 };

const failed = (status: number, error: string, type: string, details: object): object => ({
  status,
  text: JSON.stringify({ success: false, error: `${error} [${type}]`, errorType: type, details }),
});
const required = (details: object): object =>
  failed(400, 'TOTP Required', 'totp-required', { method: 'email', ...details });
const INVALID = failed(400, 'TOTP Invalid', 'totp-invalid', {
  method: 'email',
  codeGenerated: false,
});
const LOCKED = failed(429, 'TOTP Maximum Failed Attempts Reached', 'totp-max-attempts', {
  method: 'email',
});

interface StoredUser {
  _id: string;
  services: { emailCode?: { code: string; expire: Date; attempts?: number } };
}

describe('codes by e-mail', () => {
  let app: TestApp;
  let mailbox: Mailbox;
  let sessionId: string;
  let user: TestUser;
  let name: string;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    // High enough that the limit of each code, which is tested here, is reached before the user's.
    app = await TestApp.start({
      SMTP_URL: mailbox.url,
      TWO_FACTOR_MAX_ATTEMPTS: '50',
      TWO_FACTOR_MAX_ATTEMPTS_PER_USER: '50',
      // Parallel requests wait for each other's bcrypt, longer on a busy machine.
      REQUEST_TIMEOUT_MS: '30000',
      DATABASE_TIMEOUT_MS: '30000',
    });
    sessionId = String((await app.workspace.createSession()).sessionId);
  });
  beforeEach(async () => {
    user = await create();
    name = `user-${user.id}`;
  });
  afterAll(() => app.close());

  const create = (options: UserOptions = {}): Promise<TestUser> =>
    app.workspace.createUser({ totp: false, email2fa: true, password: PASSWORD, ...options });
  const submit = (
    code: string,
    headers: Record<string, string> = {},
    by = user,
  ): Promise<HttpAnswer> =>
    app.infoAdmin(sessionId, { ...by.headers, 'x-2fa-code': code, ...headers });
  const login = (fields: object = {}): Promise<HttpAnswer> =>
    app.login({ user: name, password: PASSWORD, ...fields });
  const resend = async (): Promise<string> => {
    const before = mailbox.mails.length;
    await app.call('/api/v1/users.2fa.sendEmailCode', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': user.id },
      body: JSON.stringify({ emailOrUsername: name }),
    });
    await mailbox.until(before + 1);
    return mailbox.latest.code;
  };
  /** Requests a challenge and returns the code from the mail. */
  const receive = async (by = user): Promise<string> => {
    expect(await submit('', {}, by)).toMatchObject({ status: 400 });
    return mailbox.latest.code;
  };
  const users = () => app.workspace.db.collection<StoredUser>('users');
  const stored = async (): Promise<StoredUser['services']['emailCode']> =>
    (await users().findOne({ _id: user.id }))?.services.emailCode;
  const wrong = (code: string): string => (code === '000000' ? '000001' : '000000');
  const after = ({ seconds }: { seconds: number }): Date =>
    new Date(app.clock.now().getTime() + seconds * 1000);

  describe('e-mail challenge', () => {
    it('sends a code in a golden body and, while it is valid, answers when it expires', async () => {
      const sent = mailbox.mails.length;
      expect(await submit('')).toMatchObject(
        required({ codeGenerated: true, emailOrUsername: name, availableMethods: ['email'] }),
      );
      const codeExpires = after(LIFETIME).toISOString();
      app.clock.advance(MINUTE);
      expect(await submit('')).toMatchObject(
        required({
          codeGenerated: false,
          codeExpires,
          emailOrUsername: name,
          availableMethods: ['email'],
        }),
      );
      expect(mailbox.mails).toHaveLength(sent + 1);
      expect(mailbox.latest.to).toEqual([`${user.id}@example.com`]);
      expect(mailbox.latest.code).toMatch(/^\d{6}$/);
    });

    it('answers 401 at a login, with the same details', async () => {
      const refused = (details: object): object => ({
        status: 401,
        text: JSON.stringify({
          status: 'error',
          error: 'totp-required',
          message: 'TOTP Required',
          details: { method: 'email', ...details },
        }),
      });
      expect(await login()).toMatchObject(
        refused({ codeGenerated: true, emailOrUsername: name, availableMethods: ['email'] }),
      );
      const codeExpires = after(LIFETIME).toISOString();
      expect(await login()).toMatchObject(
        refused({
          codeGenerated: false,
          codeExpires,
          emailOrUsername: name,
          availableMethods: ['email'],
        }),
      );
      const { code } = mailbox.latest;
      const invalid = await login({ code: wrong(code) });
      expect(invalid).toMatchObject({
        status: 401,
        text: '{"status":"error","error":"totp-invalid","message":"TOTP Invalid","details":{"method":"email","codeGenerated":false}}',
      });
      expect(await login({ code })).toMatchObject(OK);
    });

    it('sends nothing at a login with a wrong password', async () => {
      const sent = mailbox.mails.length;
      expect(await login({ password: 'wrong' })).toMatchObject({ status: 401 });
      expect([mailbox.mails.length, await stored()]).toEqual([sent, undefined]);
    });

    it('asks for TOTP first when both are enabled, and sends nothing until e-mail is named', async () => {
      user = await create({ totp: true });
      const sent = mailbox.mails.length;
      expect((await submit('')).body).toMatchObject({
        details: { method: 'totp', codeGenerated: false, availableMethods: ['totp', 'email'] },
      });
      expect(mailbox.mails).toHaveLength(sent);
      expect((await submit('', { 'x-2fa-method': 'email' })).body).toMatchObject({
        details: { method: 'email', codeGenerated: true, availableMethods: ['totp', 'email'] },
      });
      const { code } = mailbox.latest;
      expect(await submit(code)).toMatchObject(TOTP_INVALID);
      expect(await submit(code, { 'x-2fa-method': 'email' })).toMatchObject(OK);
    });

    it('sends nothing to a user who has not enabled codes by e-mail, even when e-mail is named', async () => {
      user = await create({ totp: true, email2fa: false });
      const sent = mailbox.mails.length;
      expect((await submit('', { 'x-2fa-method': 'email' })).body).toMatchObject({
        details: { method: 'email', codeGenerated: false, availableMethods: ['totp'] },
      });
      expect(mailbox.mails).toHaveLength(sent);
    });

    it('omits the name of a user without a username and never discloses the address', async () => {
      user = await create({ fields: { username: undefined } });
      expect(await submit('')).toMatchObject(
        required({ codeGenerated: true, availableMethods: ['email'] }),
      );
    });

    it('sends a separate mail to every verified address', async () => {
      const emails = ['a', 'b', 'c'].map((box) => ({
        address: `${box}-${user.id}@example.org`,
        verified: box !== 'b',
      }));
      user = await create({ fields: { emails } });
      const sent = mailbox.mails.length;
      const code = await receive();
      const mails = mailbox.mails.slice(sent);
      expect(mails.map(({ to }) => to).sort()).toEqual([
        [emails[0]?.address],
        [emails[2]?.address],
      ]);
      expect(mails.map((mail) => mail.code)).toEqual([code, code]);
    });

    it('sends one code for twenty parallel challenges and answers the others when it expires', async () => {
      const sent = mailbox.mails.length;
      const answers = await Promise.all(Array.from({ length: 20 }, () => submit('')));
      const generated = answers.filter(
        ({ body }) => (body as { details: { codeGenerated: boolean } }).details.codeGenerated,
      );
      expect(generated).toHaveLength(1);
      expect(answers.filter(({ text }) => text.includes('codeExpires'))).toHaveLength(19);
      expect(mailbox.mails).toHaveLength(sent + 1);
    });

    it('stores the code as Rocket.Chat stores it, and never in plain', async () => {
      const code = await app.withFullBcrypt(receive);
      expect(await stored()).toEqual({
        code: expect.stringMatching(/^\$2b\$10\$.{53}$/) as string,
        expire: after(LIFETIME),
        attempts: 0,
      });
      expect(JSON.stringify(await users().findOne({ _id: user.id }))).not.toContain(code);
    });
  });

  describe('e-mail code', () => {
    it('accepts a code once', async () => {
      const code = await receive();
      expect(await submit(code)).toMatchObject(OK);
      expect(await stored()).toBeUndefined();
      expect(await submit(code)).toMatchObject(INVALID);
    });

    it('accepts a code typed with spaces and dashes', async () => {
      const code = await receive();
      expect(await submit(` ${code.slice(0, 3)}-${code.slice(3)} `)).toMatchObject(OK);
    });

    it('accepts a code for exactly its lifetime, to the millisecond', async () => {
      const late = await receive();
      app.clock.advance(LIFETIME);
      expect(await submit(late)).toMatchObject(INVALID);
      const inTime = await receive();
      expect(inTime).not.toBe(late);
      app.clock.advance({ seconds: 599.999 });
      expect(await submit(inTime)).toMatchObject(OK);
    });

    it('accepts a code that Rocket.Chat has sent', async () => {
      const code = '271828';
      const emailCode = { code: await hash(code, 10), expire: after({ seconds: 3600 }) };
      await users().updateOne({ _id: user.id }, { $set: { 'services.emailCode': emailCode } });
      expect((await submit('')).body).toMatchObject({
        details: { codeGenerated: false, codeExpires: emailCode.expire.toISOString() },
      });
      expect(await submit(wrong(code))).toMatchObject(INVALID);
      expect(await stored()).toEqual({ ...emailCode, attempts: 1 });
      expect(await submit(code)).toMatchObject(OK);
    });

    it.each<[string, unknown]>([
      ['nothing', null],
      ['text', 'x'],
      ['a list, as in old versions', [{ code: 'x', expire: new Date(8e15) }]],
      ['a code that is not a hash', { code: 271828, expire: new Date(8e15), attempts: 0 }],
      ['a code without an expiry', { code: '$2b$10$', attempts: 0 }],
      ['a code with an invalid count', { code: 'x', expire: new Date(8e15), attempts: 'many' }],
    ])(
      'refuses every code, without failing, when %s is stored for it',
      async (_case, emailCode) => {
        await users().updateOne({ _id: user.id }, { $set: { 'services.emailCode': emailCode } });
        expect(await submit('271828')).toMatchObject(INVALID);
        expect((await submit('')).body).toMatchObject({ errorType: 'totp-required' });
      },
    );

    it.each<[string, string]>([
      ['no code', ''],
      ['a word', 'wrong'],
      ['five digits', '12345'],
      ['seven digits', '1234567'],
      ['digits of another script', '١٢٣٤٥٦'],
      ['the start of a hash', '$2b$10$'],
      ['a very long text', 'x'.repeat(8000)],
    ])('refuses %s in place of the code', async (_case, code) => {
      const right = await receive();
      if (code !== '') expect(await submit(encodeURIComponent(code))).toMatchObject(INVALID);
      expect(await submit(right)).toMatchObject(OK);
    });

    it('refuses the code of another user', async () => {
      const code = await receive();
      const other = await create();
      await receive(other);
      expect(await submit(code, {}, other)).toMatchObject(INVALID);
      expect(await submit(code)).toMatchObject(OK);
    });

    it('refuses a code once its user is deactivated', async () => {
      const code = await receive();
      await users().updateOne({ _id: user.id }, { $set: { active: false } });
      expect(await submit(code)).toMatchObject(NOT_LOGGED_IN);
      expect(await login({ code })).toMatchObject({ status: 401 });
    });

    it('refuses a code once its user has disabled codes by e-mail', async () => {
      const code = await receive();
      await users().updateOne({ _id: user.id }, { $set: { 'services.email2fa.enabled': false } });
      expect(await submit(code, { 'x-2fa-method': 'email' })).toMatchObject(INVALID);
    });

    it('lets one of twenty parallel uses of a code pass', async () => {
      const code = await receive();
      const answers = await Promise.all(Array.from({ length: 20 }, () => submit(code)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        expect(answer).toMatchObject(INVALID);
      }
    });
  });

  describe('wrong e-mail codes', () => {
    it('accepts the right code at the fifth attempt and no code after five wrong ones', async () => {
      const code = await receive();
      for (let i = 0; i < 4; i++) expect(await submit(wrong(code))).toMatchObject(INVALID);
      expect(await submit(code)).toMatchObject(OK);
      const dead = await receive();
      for (let i = 0; i < 5; i++) expect(await submit(wrong(dead))).toMatchObject(INVALID);
      expect(await submit(dead)).toMatchObject(INVALID);
      expect((await stored())?.attempts).toBe(5);
    });

    it('verifies no more than five wrong codes when sixty arrive at once', async () => {
      const code = await receive();
      const others = Array.from({ length: 61 }, (_, n) => String(n).padStart(6, '0'));
      await Promise.all(others.filter((other) => other !== code).map((other) => submit(other)));
      expect((await stored())?.attempts).toBe(5);
      expect(await submit(code)).toMatchObject({ status: 429 });
    }, 60_000);

    it('keeps the count of wrong codes when another code is sent', async () => {
      const code = await receive();
      for (let i = 0; i < 4; i++) await submit(wrong(code));
      app.clock.advance(MINUTE);
      const next = await resend();
      expect(await stored()).toMatchObject({ attempts: 4, expire: after(LIFETIME) });
      expect(await submit(wrong(next))).toMatchObject(INVALID);
      expect(await submit(next)).toMatchObject(INVALID);
    });
  });

  it('shares the lockout of a user with other codes, and verifies nothing during it', async () => {
    const strict = await TestApp.start({ SMTP_URL: mailbox.url, TWO_FACTOR_MAX_ATTEMPTS: '3' });
    const { sessionId: id } = await strict.workspace.createSession();
    const person = await strict.workspace.createUser({ totp: false, email2fa: true });
    const ask = (code: string): Promise<HttpAnswer> =>
      strict.infoAdmin(String(id), { ...person.headers, 'x-2fa-code': code });
    await ask('');
    const { code } = mailbox.latest;
    for (let i = 0; i < 3; i++) expect(await ask(wrong(code))).toMatchObject(INVALID);
    const locked = await ask(code);
    expect(locked).toMatchObject(LOCKED);
    expect(locked.headers['retry-after']).toBe('900');
    // The lockout has not used up a try of the code either.
    const users = strict.workspace.db.collection<StoredUser>('users');
    const { services } = (await users.findOne({ _id: person.id })) ?? {};
    expect(services?.emailCode?.attempts).toBe(3);
    await strict.close();
  });

  it('takes the same statements for a wrong code, a used one, and a user without the factor', async () => {
    const commands = async (by: TestUser, code: string): Promise<string[]> => {
      const headers = { ...by.headers, 'x-2fa-code': code, 'x-2fa-method': 'email' };
      const events = await app.commandsDuring(() => app.infoAdmin(sessionId, headers));
      return events.map(
        ({ commandName, command }) => `${commandName} ${String(command[commandName])}`,
      );
    };
    const statementsOf = async (by: TestUser, code: string): Promise<string[]> => {
      await commands(by, '271828');
      return commands(by, code);
    };
    const code = await receive();
    const wrongCode = await statementsOf(user, wrong(code));
    expect(await submit(code)).toMatchObject(OK);
    const used = await statementsOf(user, code);
    const stranger = await statementsOf(await create({ email2fa: false }), code);
    expect([used, stranger]).toEqual([wrongCode, wrongCode]);
  });
});
