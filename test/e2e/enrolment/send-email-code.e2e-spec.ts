import { MailNotSent } from '../../../src/mail/mail-not-sent';
import { Mailer } from '../../../src/mail/mailer.service';
import { challengeKey } from '../../../src/two-factor/email-codes/code-mail.limits';
import { TestApp } from '../../support/app';
import { EmailScene, PASSWORD } from '../../support/email-scene';
import { detailsOf, invalidParameters, LOGIN_REFUSED } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const OK = { status: 200 };
const MINUTE = { seconds: 60 };
const WINDOW = { seconds: 15 * 60 };
const UNDERSTOOD = { status: 200, text: '{"success":true}' };
const NOT_SENT = {
  status: 503,
  text: '{"success":false,"error":"The code could not be sent by e-mail. Please try again later [error-email-send-failed]","errorType":"error-email-send-failed"}',
};
const OFF = {
  status: 400,
  text: '{"success":false,"error":"Codes by e-mail are off: the service has no mail server [error-2fa-email-off]","errorType":"error-2fa-email-off"}',
};

describe('POST /api/v1/users.2fa.sendEmailCode', () => {
  let scene: EmailScene;

  beforeAll(async () => {
    scene = await EmailScene.start({
      TWO_FACTOR_MAX_ATTEMPTS: '50',
      TWO_FACTOR_MAX_ATTEMPTS_PER_USER: '50',
      // The mail server gets half of it, also on a busy machine.
      REQUEST_TIMEOUT_MS: '30000',
      DATABASE_TIMEOUT_MS: '30000',
    });
  });
  afterAll(() => scene.app.close());

  /** Has another code sent, and returns it. */
  const another = async (user: TestUser, address?: string): Promise<string> => {
    const before = scene.mailbox.mails.length;
    expect(await scene.resend(`user-${user.id}`, address)).toMatchObject(UNDERSTOOD);
    await scene.mailbox.until(before + 1);
    return scene.mailbox.latest.code;
  };

  it('sends a code, by username and by address, in any case', async () => {
    for (const name of [(id: string) => `user-${id}`, (id: string) => `${id}@example.com`]) {
      const user = await scene.person();
      const before = scene.mailbox.mails.length;
      const typed = ` ${name(user.id).toUpperCase()}\t`;
      expect(await scene.resend(typed)).toMatchObject(UNDERSTOOD);
      await scene.mailbox.until(before + 1);
      expect(await scene.show(user, scene.mailbox.latest.code)).toMatchObject(OK);
    }
  });

  it('puts the new code in place of the one that is out, which lasts from now on', async () => {
    const user = await scene.person();
    await scene.show(user);
    const first = scene.mailbox.latest.code;
    scene.app.clock.advance(MINUTE);
    const second = await another(user);
    expect((await scene.stored(user))?.expire).toEqual(
      new Date(scene.app.clock.now().getTime() + 600_000),
    );
    if (first !== second) expect(await scene.show(user, first)).toMatchObject({ status: 400 });
    expect(await scene.show(user, second)).toMatchObject(OK);
  });

  it.each<[string, () => Promise<string>]>([
    ['is nobody', () => Promise.resolve('nobody')],
    ['is nobody with an address', () => Promise.resolve('nobody@example.com')],
    ['is empty', () => Promise.resolve('')],
    ['is hostile', () => Promise.resolve('{"$ne":null}\u0000\ud800')],
    [
      'has not chosen codes by e-mail',
      async () => `user-${(await scene.person({ email2fa: false })).id}`,
    ],
    ['is deactivated', async () => `user-${(await scene.person({ active: false })).id}`],
    [
      'has no verified address',
      async () => {
        const { id } = await scene.person({ fields: { emails: [{ address: 'x@y.z' }] } });
        return `user-${id}`;
      },
    ],
  ])('answers the same, and sends nothing, when it %s', async (_case, name) => {
    const given = await name();
    const before = scene.mailbox.mails.length;
    const { headers, ...answer } = await scene.resend(given);
    const { headers: known, ...other } = await scene.resend(`user-${(await scene.person()).id}`);
    await scene.mailbox.until(before + 1);
    expect(answer).toEqual(other);
    expect(answer).toMatchObject(UNDERSTOOD);
    expect({ ...headers, date: '' }).toEqual({ ...known, date: '' });
    await scene.settle();
    expect(scene.mailbox.mails).toHaveLength(before + 1);
    expect(scene.app.log.lines.filter((line) => line.includes('failed'))).toEqual([]);
  });

  it('asks the database the same before it answers, whoever is named', async () => {
    const mailer = scene.app.app.get(Mailer, { strict: false });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const sending = jest.spyOn(mailer, 'send').mockReturnValue(held);
    const user = await scene.person();
    // It answers although the mail is not sent yet, so the answer cannot tell that there is one.
    expect(await scene.resend(`user-${user.id}`)).toMatchObject(UNDERSTOOD);
    release();
    sending.mockRestore();
    await scene.settle();
  });

  it.each<[unknown, string]>([
    [undefined, "must have required property 'emailOrUsername'"],
    [7, 'must be string'],
    [null, 'must be string'],
    [['a', 'b'], 'must be string'],
    [{ $ne: null }, 'must be string'],
  ])('answers 400 to %j', async (given, message) => {
    expect(await scene.resend(given)).toMatchObject(invalidParameters(message));
  });

  it('sends a user one mail a minute, and five in fifteen minutes', async () => {
    const user = await scene.person();
    for (let minute = 0; minute < 5; minute++) {
      await another(user);
      scene.app.clock.advance({ seconds: 59.999 });
      expect(await scene.resend(`user-${user.id}`)).toMatchObject(UNDERSTOOD);
      await scene.settle();
      expect(scene.mailsTo(user)).toHaveLength(minute + 1);
      scene.app.clock.advance({ seconds: 0.001 });
    }
    expect(await scene.resend(`user-${user.id}`)).toMatchObject(UNDERSTOOD);
    await scene.settle();
    expect(scene.mailsTo(user)).toHaveLength(5);
    scene.app.clock.advance({ seconds: 10 * 60 });
    await another(user);
  });

  it('sends one of twenty parallel requests, and the code in it counts', async () => {
    const user = await scene.person();
    await Promise.all(Array.from({ length: 20 }, () => scene.resend(`user-${user.id}`)));
    await scene.settle();
    const [code = '', ...others] = scene.mailsTo(user);
    expect(others).toEqual([]);
    expect(await scene.show(user, code)).toMatchObject(OK);
  });

  it('serves one address ten times in fifteen minutes, and then answers the same', async () => {
    const address = '203.0.113.9';
    for (let i = 0; i < 10; i++) {
      expect(await scene.resend('nobody', address)).toMatchObject(UNDERSTOOD);
    }
    const user = await scene.person();
    expect(await scene.resend(`user-${user.id}`, address)).toMatchObject(UNDERSTOOD);
    await scene.settle();
    expect(scene.mailsTo(user)).toEqual([]);
    scene.app.clock.advance(WINDOW);
    await another(user, address);
  });

  it('counts all addresses of an IPv6 network of 64 bits as one', async () => {
    for (let i = 0; i < 10; i++) await scene.resend('nobody', `2001:db8:9:9::${i}`);
    const user = await scene.person();
    await scene.resend(`user-${user.id}`, '2001:db8:9:9:ffff:ffff:ffff:ffff');
    await scene.settle();
    expect(scene.mailsTo(user)).toEqual([]);
    await another(user, '2001:db8:9:a::1');
  });

  it('leaves the user half of the mails, whatever strangers ask for', async () => {
    const user = await scene.person();
    for (let i = 0; i < 5; i++) {
      await another(user);
      scene.app.clock.advance(MINUTE);
    }
    // The last of those codes has expired; the mails still count.
    scene.app.clock.advance({ seconds: 9 * 60 });
    expect(detailsOf(await scene.show(user))).toMatchObject({ codeGenerated: true });
    expect(await scene.show(user, scene.mailbox.latest.code)).toMatchObject(OK);
  });
});

describe('how many codes a challenge sends', () => {
  it('is ten in fifteen minutes of which none is used; then 429, and no code counts', async () => {
    const scene = await EmailScene.start({ TWO_FACTOR_EMAIL_EXPIRATION_SECONDS: '30' });
    const user = await scene.person();
    for (let i = 0; i < 10; i++) {
      expect(detailsOf(await scene.show(user))).toMatchObject({ codeGenerated: true });
      scene.app.clock.advance({ seconds: 30 });
    }
    const limited = await scene.show(user);
    expect(limited).toMatchObject({
      status: 429,
      text: '{"success":false,"error":"Error, too many requests. Please slow down. You must wait 600 seconds before trying this endpoint again. [error-too-many-requests]"}',
    });
    expect(limited.headers['retry-after']).toBe('600');
    expect((await scene.stored(user))?.expire).toEqual(scene.app.clock.now());
    expect(scene.mailbox.mails).toHaveLength(10);
    scene.app.clock.advance({ seconds: 600 });
    expect(detailsOf(await scene.show(user))).toMatchObject({ codeGenerated: true });
    await scene.app.close();
  });

  it('has no limit for who uses them', async () => {
    const scene = await EmailScene.start();
    const user = await scene.person();
    for (let i = 0; i < 12; i++) {
      await scene.show(user);
      expect(await scene.show(user, scene.mailbox.latest.code)).toMatchObject(OK);
    }
    await scene.app.close();
  });
});

describe('a mail with a code', () => {
  it('says what it is, in both forms, and carries no link', async () => {
    const scene = await EmailScene.start({ MAIL_FROM: 'Example Chat <chat@example.com>' });
    const user = await scene.person({ fields: { username: 'rod' } });
    await scene.show(user);
    const { code, headers, text, html, to } = scene.mailbox.latest;
    expect(to).toEqual([`${user.id}@example.com`]);
    expect(headers).toMatch(/^From: Example Chat <chat@example\.com>\r$/m);
    expect(headers).toContain(`To: ${user.id}@example.com\r\n`);
    expect(headers).toMatch(/^Subject: Your authentication code\r$/m);
    expect(headers).not.toContain(code);
    expect(text).toBe(
      [
        'Someone is trying to sign in or confirm an action as rod on Example Chat. If this is you, your code is:',
        '',
        `    ${code}`,
        '',
        "It is valid for 10 minutes and works once. Don't share it.",
        '',
        'If you did not request it, change your password.',
      ].join('\n'),
    );
    for (const said of [
      code,
      'rod on Example Chat',
      'It is valid for 10 minutes',
      'change your password',
    ])
      expect(html).toContain(said);
    expect(text + html).not.toMatch(/https?:|href|src=/);
    await scene.app.close();
  });

  it('bears hostile names: no header, no line and no mark-up of theirs', async () => {
    const scene = await EmailScene.start();
    const username = 'rod\r\nBcc: all@example.com\r\n\r\n<b onload="x">&\u2028now';
    const user = await scene.person({ fields: { username } });
    await scene.show(user);
    const { headers, text, html, to } = scene.mailbox.latest;
    expect(to).toEqual([`${user.id}@example.com`]);
    expect(headers).not.toMatch(/^bcc:/im);
    expect(text).toContain('as rod Bcc: all@example.com <b onload="x">& now on localhost.');
    expect(html).toContain('&#60;b onload=&#34;x&#34;&#62;&#38; now');
    await scene.app.close();
  });

  it.each([
    'one@example.com, two@example.com',
    'one@example.com\r\nBcc: two@example.com',
    'Two <two@example.com>',
  ])('goes to nobody else when an address is %j', async (address) => {
    const scene = await EmailScene.start();
    const user = await scene.person({ fields: { emails: [{ address, verified: true }] } });
    await scene.show(user);
    for (const { to } of scene.mailbox.mails) {
      expect(to).toHaveLength(1);
      expect(to).not.toContain('two@example.com');
    }
    await scene.app.close();
  });
});

describe('a mail server in trouble', () => {
  let scene: EmailScene;
  let user: TestUser;

  beforeEach(async () => {
    // The mail server gets half of it.
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

  // A mail that may have gone out counts, so nobody makes a slow server send without limit.
  it.each([
    ['silent', 0],
    ['refusing', 0],
    ['dropping', 1],
    ['hanging', 1],
  ] as const)(
    'that is %s: the request says so in time, nothing is spent, and the next one is served',
    async (trouble, mails) => {
      scene.mailbox.fail(trouble);
      // In time: else it were the 503 by which the web server gives up on a whole request.
      expect(await scene.show(user)).toMatchObject(NOT_SENT);
      expect(await scene.stored(user)).toBeUndefined();
      expect(await counted()).toEqual([mails]);
      scene.mailbox.fail(undefined);
      expect(detailsOf(await scene.show(user))).toMatchObject({ codeGenerated: true });
      expect(await scene.show(user, scene.mailbox.latest.code)).toMatchObject(OK);
    },
    60_000,
  );

  it('that is down: as often as they ask, users are told and nothing counts against them', async () => {
    await scene.mailbox.close();
    for (let i = 0; i < 12; i++) expect(await scene.show(user)).toMatchObject(NOT_SENT);
    expect(await scene.stored(user)).toBeUndefined();
    expect(await counted()).toEqual([0]);
  });

  it('is the same at a login', async () => {
    await scene.mailbox.close();
    expect(await login()).toMatchObject(NOT_SENT);
    expect(await scene.stored(user)).toBeUndefined();
  });

  it('leaves the code before it in force when another cannot be sent, with what was tried', async () => {
    await scene.show(user);
    const { code } = scene.mailbox.latest;
    await scene.show(user, code === '000000' ? '000001' : '000000');
    scene.app.clock.advance(MINUTE);
    const before = await scene.stored(user);
    const mailer = scene.app.app.get(Mailer, { strict: false });
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

  it('is of no help to a wrong password', async () => {
    scene.mailbox.fail('silent');
    const answer = await scene.app.login({ user: `user-${user.id}`, password: 'wrong' });
    expect(answer).toMatchObject(LOGIN_REFUSED);
    expect(scene.mailbox.connections).toBe(0);
  });

  it('tells the log what went wrong, and neither whom it was for nor the code', async () => {
    scene.mailbox.fail('refusing');
    await scene.show(user);
    // Who asks for what is told by the audit log, and by nothing else.
    const lines = scene.app.log.lines.filter((line) => !line.startsWith('log Audit '));
    const log = lines.join('\n');
    expect(log).toMatch(/warn Mail A mail was not sent: .*550/);
    expect(log).not.toContain(user.id);
    expect(log).not.toMatch(/\b\d{6}\b/);
  });
});

describe('without SMTP_URL', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it('says at the start that codes by e-mail are off', () => {
    expect(app.log.lines).toContain(
      'warn Mail SMTP_URL is not set: codes by e-mail are off. Users whose only second factor is e-mail cannot sign in.',
    );
  });

  it('refuses who relies on them, and never takes the password instead', async () => {
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

  it('refuses to send any, whoever is named', async () => {
    const user = await app.workspace.createUser({ email2fa: true });
    for (const emailOrUsername of [`user-${user.id}`, 'nobody']) {
      const answer = await app.call('/api/v1/users.2fa.sendEmailCode', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ emailOrUsername }),
      });
      expect(answer).toMatchObject(OFF);
    }
  });
});

describe('what the service tells of a code', () => {
  it('is nothing, in answers, in the log and in the database', async () => {
    const scene = await EmailScene.start();
    const user = await scene.person();
    const answers = [
      await scene.show(user),
      await scene.show(user),
      await scene.app.login({ user: `user-${user.id}`, password: PASSWORD }),
    ];
    const { code } = scene.mailbox.latest;
    answers.push(await scene.show(user, code === '000000' ? '000001' : '000000'));
    answers.push(await scene.show(user, code), await scene.show(user, code));
    const { db } = scene.app.workspace;
    const everything = await Promise.all(
      (await db.listCollections().toArray()).map(({ name }) =>
        db.collection(name).find().toArray(),
      ),
    );
    const seen = JSON.stringify([answers, scene.app.log.lines, everything]);
    // Digits on their own: some id or time might hold the same six by chance.
    expect(seen).not.toMatch(new RegExp(`\\b${code}\\b`));
    expect(seen).not.toContain(scene.mailbox.url);
    await scene.app.close();
  });
});
