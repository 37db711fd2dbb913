import { BlockList, isIP } from 'node:net';
import { Injectable, Logger, OnModuleInit } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { HttpConfig } from '../config/http.config';
import { MailConfig } from '../config/mail.config';
import { Mail } from './mail';
import { MailNotSent } from './mail-not-sent';
import { MAILS_HANDED_OVER } from './mails-handed-over';
import { nameOf, Sender, senderOf } from './sender';

/** URL options that would make the library log passwords and codes. */
const CHATTY = ['logger', 'debug', 'transactionLog'];

/** Failures before any mail is handed over: DNS, login, TLS, recipients. */
const BEFORE_THE_MAIL = ['EDNS', 'EAUTH', 'ETLS', 'EENVELOPE'];

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

type Transport = ReturnType<typeof createTransport>;

@Injectable()
export class Mailer implements OnModuleInit {
  private readonly logger = new Logger('Mail');
  private readonly sender: Sender;
  private readonly transport: Transport | undefined;
  /** Half of a request's time: it waits for the database as well. */
  private readonly timeoutMs: number;

  constructor(config: MailConfig, { requestTimeoutMs }: HttpConfig) {
    this.sender = senderOf(config);
    this.timeoutMs = requestTimeoutMs / 2;
    this.transport = config.smtpUrl
      ? connectTo(config.smtpUrl, requiresTls(config), this.timeoutMs)
      : undefined;
  }

  onModuleInit(): void {
    if (this.isOn) return;
    this.logger.warn(
      'SMTP_URL is not set: codes by e-mail are off. Users whose only second factor is e-mail cannot sign in.',
    );
  }

  get isOn(): boolean {
    return this.transport !== undefined;
  }

  get senderName(): string {
    return nameOf(this.sender);
  }

  /** One mail per address, so that none learns of the others. @throws MailNotSent when the server accepted none */
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
    const failed = failures.length;
    MAILS_HANDED_OVER.report({ sent: sendings.length - failed, failed });
    if (failures.length < sendings.length) return;
    throw new MailNotSent(failures.every(isCertain));
  }

  /** Connects and logs in. @returns the reason of a failure, without addresses; undefined when all is well */
  async verify(): Promise<string | undefined> {
    try {
      await this.transport?.verify();
      return undefined;
    } catch (error) {
      return `${describe(error)}${advise(error)}`;
    }
  }

  private async sendTo(address: string, mail: Mail, signal: AbortSignal): Promise<void> {
    // The library would parse a string as a list of addresses.
    const to = { name: '', address };
    await this.transport?.sendMail({ from: this.sender, to, ...mail, signal });
  }
}

/** An attacker could remove the STARTTLS offer and read the password and every code, but not on loopback. */
function requiresTls({ smtpUrl = '', allowPlaintext }: MailConfig): boolean {
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
  // The URL's options would override these.
  for (const name of [...CHATTY, 'requireTLS']) quiet.searchParams.delete(name);
  return createTransport({
    url: quiet.toString(),
    requireTLS,
    connectionTimeout: timeoutMs * 0.9,
    greetingTimeout: timeoutMs * 0.9,
    // A mail must not go out after its code was withdrawn.
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Refused or unreachable for certain. After a timeout the server may still have accepted the mail. */
function isCertain(thrown: unknown): boolean {
  const { code, responseCode, timeoutType, syscall } = fieldsOf(thrown);
  const isOutOfReach = timeoutType !== undefined && timeoutType !== 'SOCKET_TIMEOUT';
  const isRefused = responseCode !== undefined || BEFORE_THE_MAIL.includes(String(code));
  return isOutOfReach || isRefused || syscall === 'connect';
}

/** The server's reply is left out: it may repeat the address. */
function describe(thrown: unknown): string {
  const { code, command, responseCode } = fieldsOf(thrown);
  return JSON.stringify({ code, command, responseCode });
}

function advise(thrown: unknown): string {
  return fieldsOf(thrown).code === 'ETLS'
    ? '. The mail server offers no TLS that works; SMTP_ALLOW_PLAINTEXT=true lets mails go to it in plain text.'
    : '';
}

function fieldsOf(thrown: unknown): Partial<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(thrown ?? {}));
}
