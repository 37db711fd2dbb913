import { TestApp } from './app';
import { HttpAnswer } from './http';
import { Mailbox } from './mailbox';
import { TestUser, UserOptions } from './workspace';

/** The password of every user. */
export const PASSWORD = 'correct horse';

interface StoredUser {
  _id: string;
  services: { emailCode?: { code: string; expire: Date; attempts?: number } };
}

/** The service with a mail server and users whose second factor is a code by e-mail. */
export class EmailScene {
  private addresses = 0;

  private constructor(
    readonly app: TestApp,
    readonly mailbox: Mailbox,
    readonly sessionId: string,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<EmailScene> {
    const mailbox = await Mailbox.open();
    const app = await TestApp.start({ SMTP_URL: mailbox.url, TRUSTED_PROXY_COUNT: '1', ...env });
    const { sessionId } = await app.workspace.createSession();
    return new EmailScene(app, mailbox, String(sessionId));
  }

  person(options: UserOptions = {}): Promise<TestUser> {
    return this.app.workspace.createUser({
      totp: false,
      email2fa: true,
      password: PASSWORD,
      ...options,
    });
  }

  show(user: TestUser, code = '', headers: Record<string, string> = {}): Promise<HttpAnswer> {
    return this.app.infoAdmin(this.sessionId, { ...user.headers, 'x-2fa-code': code, ...headers });
  }

  /** Requests another mail, from a new client address unless one is given. */
  resend(emailOrUsername: unknown, address?: string): Promise<HttpAnswer> {
    const another = ++this.addresses;
    const from = address ?? `10.0.${another >> 8}.${another & 255}`;
    return this.app.call('/api/v1/users.2fa.sendEmailCode', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: JSON.stringify({ emailOrUsername }),
    });
  }

  async stored(user: TestUser): Promise<StoredUser['services']['emailCode']> {
    const users = this.app.workspace.db.collection<StoredUser>('users');
    return (await users.findOne({ _id: user.id }))?.services.emailCode;
  }

  /** Resolves when the service has finished its background work. */
  async settle(): Promise<void> {
    await this.app.settled();
  }

  mailsTo(user: TestUser): string[] {
    const address = `${user.id}@example.com`;
    return this.mailbox.mails.filter(({ to }) => to.includes(address)).map(({ code }) => code);
  }
}
