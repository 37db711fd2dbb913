import { BlockList, isIP } from 'node:net';
import { Injectable, Logger, OnModuleInit } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { HttpConfig } from '../config/http.config';
import { MailConfig } from '../config/mail.config';
import { Mail } from './mail';
import { MailNotSent } from './mail-not-sent';
import { nameOf, Sender, senderOf } from './sender';

/** What the library would write into the log if the address of the server said so: passwords and codes. */
const CHATTY = ['logger', 'debug', 'transactionLog'];

/** Failures that come before any mail is handed over: name resolution, login, encryption, recipients. */
const BEFORE_THE_MAIL = ['EDNS', 'EAUTH', 'ETLS', 'EENVELOPE'];

/** This machine itself (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

type Transport = ReturnType<typeof createTransport>;

/** Sends mails through the server that `SMTP_URL` names. Without it nothing is sent. */
@Injectable()
export class Mailer implements OnModuleInit {
  private readonly logger = new Logger('Mail');
  private readonly sender: Sender;
  private readonly transport: Transport | undefined;
  /** A request waits for the database as well, so the mail server gets half of its time. */
  private readonly timeoutMs: number;

  constructor(config: MailConfig, { requestTimeoutMs }: HttpConfig) {
    this.sender = senderOf(config);
    this.timeoutMs = requestTimeoutMs / 2;
    this.transport = config.smtpUrl
      ? connectTo(config.smtpUrl, demandsTls(config), this.timeoutMs)
      : undefined;
  }

  onModuleInit(): void {
    if (this.isOn) return;
    this.logger.warn(
      'SMTP_URL is not set: codes by e-mail are off. Who has set up nothing else is refused.',
    );
  }

  get isOn(): boolean {
    return this.transport !== undefined;
  }

  /** Whose mails these are, for people. */
  get senderName(): string {
    return nameOf(this.sender);
  }

  /**
   * Returns when the server has taken the mail for at least one of the addresses. Each gets a mail of its own, so none
   * learns of the others. Takes no longer than half of `REQUEST_TIMEOUT_MS`.
   * @throws MailNotSent
   */
  async send(addresses: string[], mail: Mail): Promise<void> {
    const signal = AbortSignal.timeout(this.timeoutMs);
    const sendings = await Promise.allSettled(
      addresses.map((address) => this.sendTo(address, mail, signal)),
    );
    const failures = sendings.flatMap((sending) =>
      sending.status === 'rejected' ? [sending.reason as unknown] : [],
    );
    for (const failure of failures) {
      this.logger.warn(`A mail was not sent: ${describe(failure)}${advise(failure)}`);
    }
    if (failures.length < sendings.length) return;
    throw new MailNotSent(failures.every(isCertain));
  }

  /**
   * Connects to the mail server and signs in, without a mail.
   * @returns what went wrong, in words that hold no address; undefined when all is well or nothing is to be reached
   */
  async verify(): Promise<string | undefined> {
    try {
      await this.transport?.verify();
      return undefined;
    } catch (error) {
      return `${describe(error)}${advise(error)}`;
    }
  }

  private async sendTo(address: string, mail: Mail, signal: AbortSignal): Promise<void> {
    // An object is one address, whatever is in it; a text would be read as a list.
    const to = { name: '', address };
    await this.transport?.sendMail({ from: this.sender, to, ...mail, signal });
  }
}

/**
 * Whether a server must speak TLS. Who sits between could take its offer of STARTTLS away, and would then read the
 * password and every code; between a machine and itself nobody sits.
 */
function demandsTls({ smtpUrl = '', allowPlaintext }: MailConfig): boolean {
  const { hostname, searchParams } = new URL(smtpUrl);
  if (searchParams.get('requireTLS') === 'true') return true;
  return !allowPlaintext && !isLoopback(hostname);
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return isIP(host) === 0
    ? host === 'localhost'
    : LOOPBACK.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}

function connectTo(url: string, requireTLS: boolean, timeoutMs: number): Transport {
  const quiet = new URL(url);
  // What the address says would win.
  for (const name of [...CHATTY, 'requireTLS']) quiet.searchParams.delete(name);
  return createTransport({
    url: quiet.toString(),
    requireTLS,
    connectionTimeout: timeoutMs * 0.9,
    greetingTimeout: timeoutMs * 0.9,
    // Given up is given up: a mail must not go out after its code has been taken back.
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** The server said no, or was never reached. Else it fell silent, maybe after it had taken the mail. */
function isCertain(thrown: unknown): boolean {
  const { code, responseCode, timeoutType, syscall } = fieldsOf(thrown);
  const isOutOfReach = timeoutType !== undefined && timeoutType !== 'SOCKET_TIMEOUT';
  const isRefused = responseCode !== undefined || BEFORE_THE_MAIL.includes(String(code));
  return isOutOfReach || isRefused || syscall === 'connect';
}

/** Neither the address nor what the server said: it may repeat the address. */
function describe(thrown: unknown): string {
  const { code, command, responseCode } = fieldsOf(thrown);
  return JSON.stringify({ code, command, responseCode });
}

/** What an operator can do about it. */
function advise(thrown: unknown): string {
  return fieldsOf(thrown).code === 'ETLS'
    ? '. The mail server offers no TLS that works; SMTP_ALLOW_PLAINTEXT=true lets mails go to it in plain text.'
    : '';
}

/** What the library says of a failure beside its message. */
function fieldsOf(thrown: unknown): Partial<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(thrown ?? {}));
}
