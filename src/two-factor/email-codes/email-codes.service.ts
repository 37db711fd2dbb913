import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BcryptQueue } from '../../auth/bcrypt.queue';
import { BackgroundTasks } from '../../common/background/background-tasks.service';
import { Clock } from '../../common/clock/clock';
import { ApiError } from '../../common/errors/api-error';
import { randomId } from '../../common/crypto/random-id';
import { countedAddress } from '../../common/http/counted-address';
import { TwoFactorConfig } from '../../config/two-factor.config';
import { MailNotSent } from '../../mail/mail-not-sent';
import { Mailer } from '../../mail/mailer.service';
import {
  Account,
  AccountsRepository,
  verifiedAddresses,
} from '../../workspace-data/users/accounts.repository';
import { LoginName } from '../../workspace-data/users/login-name';
import {
  EmailCodeUse,
  LiveEmailCode,
  liveCode,
  NewEmailCode,
  EmailCodeRepository,
} from '../../workspace-data/users/email-code.repository';
import { codeMail } from './code-mail';
import { EMAIL_NOT_SENT, EMAIL_OFF } from './email-code.problems';
import { SecondFactorChallenge } from '../challenge';
import { challengeKey, resendAddressKey, resendKey } from './code-mail.limits';
import { EmailCodeLimiter } from './email-code.limiter';

/** Like Rocket.Chat, so that codes from either program take the same time. */
const BCRYPT_ROUNDS = 10;

export type EmailChallenge = Omit<SecondFactorChallenge, 'method' | 'availableMethods'>;

interface Recipient {
  id: string;
  username: string | undefined;
  addresses: string[];
  use: EmailCodeUse;
}

interface NewCode {
  code: string;
  stored: NewEmailCode;
}

/** Sends codes by e-mail; a user has at most one valid code (docs/adr/0015). */
@Injectable()
export class EmailCodesService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly codes: EmailCodeRepository,
    private readonly limiter: EmailCodeLimiter,
    private readonly mailer: Mailer,
    private readonly bcrypt: BcryptQueue,
    private readonly background: BackgroundTasks,
    private readonly clock: Clock,
    private readonly config: TwoFactorConfig,
  ) {}

  get areOn(): boolean {
    return this.mailer.isOn;
  }

  /**
   * Sends a code to a user who has proved everything else, unless a valid code with tries left was sent before. Where
   * the user cannot receive mail, nothing is sent and access stays refused.
   * @throws ApiError email-not-sent (nothing is stored then); too-many-requests
   */
  async challenge(userId: string, use: EmailCodeUse): Promise<EmailChallenge> {
    const account = await this.accounts.findById(userId);
    const recipient = this.recipientOf(account, use);
    if (!recipient) return { codeGenerated: false };
    const told = recipient.username === undefined ? {} : { emailOrUsername: recipient.username };
    const now = this.clock.now();
    const live = this.liveCodeOf(account);
    if (live && !live.isTriedOut)
      return { codeGenerated: false, codeExpires: live.expire, ...told };
    if (await this.trySend(recipient, now, live)) return { codeGenerated: true, ...told };
    const theirs = this.liveCodeOf(await this.accounts.findById(userId));
    return { codeGenerated: false, ...(theirs && { codeExpires: theirs.expire }), ...told };
  }

  /**
   * Replaces the code of the named user and mails the new one. Returns before it looks the user up, so that neither the
   * answer nor its time reveals whether the user exists, uses codes by e-mail or gets a mail.
   * @param address of the client
   * @throws ApiError email-obstacle off
   */
  async resend(name: LoginName, address: string): Promise<void> {
    if (!this.areOn) throw new ApiError(EMAIL_OFF);
    const counted = countedAddress(address);
    const key = resendAddressKey(counted);
    if (!(await this.limiter.tryConsume(key, randomId(), this.clock.now()))) return;
    const owner = `address:${counted}`;
    this.background.run('Sending a code', () => this.sendAnother(name, owner));
  }

  /** Uses up a right code. @returns false if the code is no longer valid */
  async spend(userId: string, codeHash: string, use: EmailCodeUse): Promise<boolean> {
    if (!(await this.codes.spend(userId, codeHash, use))) return false;
    await this.limiter.reset(userId);
    return true;
  }

  /** Replaces `triedOut`, which has no tries left. @returns false if a parallel request has sent a code */
  private async trySend(
    recipient: Recipient,
    now: Date,
    triedOut?: LiveEmailCode,
  ): Promise<boolean> {
    const { id } = recipient;
    const key = challengeKey(id);
    // Checked before the slow hash. A refused user has nothing stored or replaced.
    const refusal = await this.limiter.peek(key, now);
    if (refusal) throw refusal;
    const fresh = await this.newCode(`user:${id}`);
    if (!(await this.store(recipient, fresh, now, triedOut))) return false;
    const mail = randomId();
    if (!(await this.limiter.tryConsume(key, mail, now))) {
      await this.codes.takeBack(id, fresh.stored, triedOut);
      throw await this.limiter.refusal(key, now);
    }
    await this.deliver(recipient, fresh, mail, triedOut);
    return true;
  }

  private async sendAnother(name: LoginName, owner: string): Promise<void> {
    // Before the look-up, so that unknown users cause the same load.
    const fresh = await this.newCode(owner);
    const account = await this.accounts.findByLoginName(name);
    const before = this.liveCodeOf(account);
    // An anonymous client can only send mail to users who have enabled these codes or are waiting for one.
    const recipient =
      this.recipientOf(account, 'factor') ?? (before && this.recipientOf(account, 'mailbox'));
    if (!recipient) return;
    const { id } = recipient;
    const now = this.clock.now();
    const mail = randomId();
    if (!(await this.limiter.tryConsume(resendKey(id), mail, now))) return;
    if (await this.store(recipient, fresh, now, before)) {
      await this.deliver(recipient, fresh, mail, before);
    } else await this.limiter.refund(id, mail);
  }

  private store(
    { id, use }: Recipient,
    { stored }: NewCode,
    now: Date,
    before?: LiveEmailCode,
  ): Promise<boolean> {
    return before
      ? this.codes.replace(id, before, stored, use, now)
      : this.codes.put(id, stored, use, now);
  }

  /**
   * Mails the stored code that replaces `before`; a failure restores the previous state. @throws ApiError
   * email-not-sent
   */
  private async deliver(
    { id, username, addresses }: Recipient,
    { code, stored }: NewCode,
    mail: string,
    before?: LiveEmailCode,
  ): Promise<void> {
    const seconds = this.config.emailExpirationSeconds;
    const workspace = this.mailer.senderName;
    try {
      await this.mailer.send(addresses, codeMail({ code, seconds, username, workspace }));
    } catch (error) {
      await this.codes.takeBack(id, stored, before);
      if (!(error instanceof MailNotSent)) throw error;
      // A mail that may have arrived stays counted, so a slow mail server cannot be made to send without limit.
      if (error.isCertain) await this.limiter.refund(id, mail);
      throw new ApiError(EMAIL_NOT_SENT);
    }
  }

  private async newCode(owner: string): Promise<NewCode> {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const lifetimeMs = this.config.emailExpirationSeconds * 1000;
    const expire = new Date(this.clock.now().getTime() + lifetimeMs);
    return { code, stored: { code: await this.bcrypt.hash(code, BCRYPT_ROUNDS, owner), expire } };
  }

  private liveCodeOf(account: Account | undefined): LiveEmailCode | undefined {
    return liveCode(account?.services.emailCode, this.clock.now());
  }

  /** All verified addresses get the code, as in Rocket.Chat. */
  private recipientOf(account: Account | undefined, use: EmailCodeUse): Recipient | undefined {
    if (!this.areOn || account?.active !== true) return undefined;
    if (use === 'factor' && account.services.email2fa?.enabled !== true) return undefined;
    const addresses = verifiedAddresses(account.emails);
    if (addresses.length === 0) return undefined;
    const { _id: id, username } = account;
    return { id, username: typeof username === 'string' ? username : undefined, addresses, use };
  }
}
