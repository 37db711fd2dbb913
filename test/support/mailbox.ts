import { AddressInfo } from 'node:net';
import { SMTPServer, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import { keepSecret } from './canaries';
import { afterTests } from './teardown';

/** A received mail, decoded. */
export interface ReceivedMail {
  /** The recipients of the envelope. */
  to: string[];
  headers: string;
  text: string;
  html: string;
  /** The six-digit code in the text. */
  code: string;
}

/** How a mail server may fail: no greeting, a refusal, a disconnection during a mail, no confirmation. */
export type MailTrouble = 'silent' | 'refusing' | 'dropping' | 'hanging';

/** A real SMTP server on loopback that keeps every mail. */
export class Mailbox {
  readonly mails: ReceivedMail[] = [];
  private trouble: MailTrouble | undefined;
  private readonly waiting: (() => void)[] = [];
  /** How many connections there have been. */
  connections = 0;

  private constructor(
    private readonly server: SMTPServer,
    private port: number,
  ) {}

  static async open(): Promise<Mailbox> {
    const server = new SMTPServer({
      authOptional: true,
      // As if an attacker in between had removed the offer of STARTTLS.
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 100,
      onConnect: (_session, done) => {
        mailbox.connections += 1;
        if (mailbox.trouble !== 'silent') done();
      },
      onRcptTo: (_address, _session, done) => {
        done(mailbox.trouble === 'refusing' ? new Error('No such mailbox') : null);
      },
      onData: (stream, session, done) => {
        mailbox.take(stream, session, done);
      },
    });
    const mailbox = new Mailbox(server, 0);
    // Some tests disconnect on purpose.
    server.on('error', () => undefined);
    await mailbox.listen();
    afterTests(() => mailbox.close());
    return mailbox;
  }

  /** The value of `SMTP_URL`. */
  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** The same server by an address that does not look like loopback; systems connect it to themselves. */
  get farUrl(): string {
    return `smtp://0.0.0.0:${this.port}`;
  }

  /** From now on fails in this way; `undefined` ends the failure. */
  fail(trouble: MailTrouble | undefined): void {
    this.trouble = trouble;
  }

  /** Stops listening. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  /** Resolves when `count` mails have arrived in total. */
  async until(count: number): Promise<void> {
    while (this.mails.length < count) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** The latest mail. */
  get latest(): ReceivedMail {
    const mail = this.mails.at(-1);
    if (!mail) throw new Error('There is no mail.');
    return mail;
  }

  private async listen(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.listen(this.port, '127.0.0.1', () => {
        resolve();
      });
    });
    this.port = (this.server.server.address() as AddressInfo).port;
  }

  private take(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    done: (error?: Error | null) => void,
  ): void {
    const chunks: Buffer[] = [];
    const { trouble } = this;
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (trouble === 'dropping') {
        for (const connection of this.server.connections) connection.close();
        return;
      }
      const to = session.envelope.rcptTo.map(({ address }) => address);
      this.mails.push(read(to, Buffer.concat(chunks).toString('utf8')));
      for (const resolve of this.waiting.splice(0)) resolve();
      if (trouble !== 'hanging') done();
    });
  }
}

/** Reads `multipart/alternative` as the service sends it. */
function read(to: string[], raw: string): ReceivedMail {
  const [, boundary = ''] = /boundary="([^"]+)"/.exec(raw) ?? [];
  const [headers = '', ...parts] = raw.split(`--${boundary}`);
  const part = (type: string): string => {
    const found = parts.find((text) => text.includes(`Content-Type: ${type}`)) ?? '';
    const [head = '', ...body] = found.split('\r\n\r\n');
    return decode(head, body.join('\r\n\r\n')).replaceAll('\r\n', '\n').trim();
  };
  const text = part('text/plain');
  const code = /^ +(\d{6})$/m.exec(text)?.[1] ?? '';
  keepSecret('a code by e-mail', code);
  return { to, headers, text, html: part('text/html'), code };
}

function decode(head: string, body: string): string {
  if (/encoding: base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  if (!/encoding: quoted-printable/i.test(head)) return body;
  const bytes = body
    .replaceAll('=\r\n', '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
