import { Mailer } from '../../../src/mail/mailer.service';
import { EmailScene } from '../../support/email-scene';
import { detailsOf, invalidParameters } from '../../support/expectations';
import { TestUser } from '../../support/workspace';

const OK = { status: 200 };
const MINUTE = { seconds: 60 };
const WINDOW = { seconds: 15 * 60 };
const UNDERSTOOD = { status: 200, text: '{"success":true}' };

describe('POST /api/v1/users.2fa.sendEmailCode', () => {
  let scene: EmailScene;

  beforeAll(async () => {
    scene = await EmailScene.start({
      TWO_FACTOR_MAX_ATTEMPTS: '50',
      TWO_FACTOR_MAX_ATTEMPTS_PER_USER: '50',
      // Half of it is for the mail server, enough even on a busy machine.
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

  it('sends a code for a username and for an address, in any case', async () => {
    for (const name of [(id: string) => `user-${id}`, (id: string) => `${id}@example.com`]) {
      const user = await scene.person();
      const before = scene.mailbox.mails.length;
      const typed = ` ${name(user.id).toUpperCase()}\t`;
      expect(await scene.resend(typed)).toMatchObject(UNDERSTOOD);
      await scene.mailbox.until(before + 1);
      expect(await scene.show(user, scene.mailbox.latest.code)).toMatchObject(OK);
    }
  });

  it('replaces the current code, and starts its lifetime again', async () => {
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
    ['is unknown', () => Promise.resolve('unknown')],
    ['is an unknown address', () => Promise.resolve('unknown@example.com')],
    ['is empty', () => Promise.resolve('')],
    ['is hostile', () => Promise.resolve('{"$ne":null}\u0000\ud800')],
    [
      'is of a user without codes by e-mail',
      async () => `user-${(await scene.person({ email2fa: false })).id}`,
    ],
    ['is of a deactivated user', async () => `user-${(await scene.person({ active: false })).id}`],
    [
      'is of a user without a verified address',
      async () => {
        const { id } = await scene.person({ fields: { emails: [{ address: 'x@y.z' }] } });
        return `user-${id}`;
      },
    ],
  ])('answers the same and sends nothing when the name %s', async (_case, name) => {
    const given = await name();
    const before = scene.mailbox.mails.length;
    const { headers, ...answer } = await scene.resend(given);
    const { headers: known, ...other } = await scene.resend(`user-${(await scene.person()).id}`);
    await scene.mailbox.until(before + 1);
    expect(answer).toEqual(other);
    expect(answer).toMatchObject(UNDERSTOOD);
    const own = { date: '', 'x-request-id': '' };
    expect({ ...headers, ...own }).toEqual({ ...known, ...own });
    await scene.settle();
    expect(scene.mailbox.mails).toHaveLength(before + 1);
    expect(
      scene.app.log.lines.filter((line) => !line.startsWith('log ') && line.includes('failed')),
    ).toEqual([]);
  });

  it('answers before the mail is sent, so that the answer does not disclose one', async () => {
    const mailer = scene.app.partOf(Mailer);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const sending = jest.spyOn(mailer, 'send').mockReturnValue(held);
    const user = await scene.person();
    // The answer arrives before the mail is sent, so it cannot disclose that there is one.
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

  it('sends a user one mail a minute and five in fifteen minutes', async () => {
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

  it('sends one mail for twenty parallel requests, with a valid code', async () => {
    const user = await scene.person();
    await Promise.all(Array.from({ length: 20 }, () => scene.resend(`user-${user.id}`)));
    await scene.settle();
    const [code = '', ...others] = scene.mailsTo(user);
    expect(others).toEqual([]);
    expect(await scene.show(user, code)).toMatchObject(OK);
  });

  it('serves one address ten times in fifteen minutes, and then answers the same without sending', async () => {
    const address = '203.0.113.9';
    for (let i = 0; i < 10; i++) {
      expect(await scene.resend('unknown', address)).toMatchObject(UNDERSTOOD);
    }
    const user = await scene.person();
    expect(await scene.resend(`user-${user.id}`, address)).toMatchObject(UNDERSTOOD);
    await scene.settle();
    expect(scene.mailsTo(user)).toEqual([]);
    scene.app.clock.advance(WINDOW);
    await another(user, address);
  });

  it('counts all addresses of an IPv6 network of 64 bits as one', async () => {
    for (let i = 0; i < 10; i++) await scene.resend('unknown', `2001:db8:9:9::${i}`);
    const user = await scene.person();
    await scene.resend(`user-${user.id}`, '2001:db8:9:9:ffff:ffff:ffff:ffff');
    await scene.settle();
    expect(scene.mailsTo(user)).toEqual([]);
    await another(user, '2001:db8:9:a::1');
  });

  it('leaves half of the mails to the user, however many strangers request', async () => {
    const user = await scene.person();
    for (let i = 0; i < 5; i++) {
      await another(user);
      scene.app.clock.advance(MINUTE);
    }
    // The last of these codes has expired, but the mails still count.
    scene.app.clock.advance({ seconds: 9 * 60 });
    expect(detailsOf(await scene.show(user))).toMatchObject({ codeGenerated: true });
    expect(await scene.show(user, scene.mailbox.latest.code)).toMatchObject(OK);
  });
});
