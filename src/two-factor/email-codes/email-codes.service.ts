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

/** As many as the original's: codes cost the same, whichever made them. */
const BCRYPT_ROUNDS = 10;

/** What a client is told about a code by e-mail. */
export type EmailChallenge = Omit<SecondFactorChallenge, 'method' | 'availableMethods'>;

/** Somebody whom a code can reach. */
interface Recipient {
  id: string;
  username: string | undefined;
  addresses: string[];
  /** What a code is for that is sent to them. */
  use: EmailCodeUse;
}

interface NewCode {
  code: string;
  stored: NewEmailCode;
}

/** Sends codes by e-mail, of which one is out at a time (docs/adr/0015). */
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

  /** Whether there is a mail server. */
  get areOn(): boolean {
    return this.mailer.isOn;
  }

  /**
   * Sends a code to somebody who has proved that they are that user as far as they can without it, unless one is out
   * already that can still be tried. Nothing is sent, and nobody is let in, where there is no way to send it.
   * @throws ApiError email-not-sent, and nothing is stored; too-many-requests
   */
  async challenge(userId: string, use: EmailCodeUse): Promise<EmailChallenge> {
    const account = await this.accounts.findById(userId);
    const recipient = this.recipientOf(account, use);
    if (!recipient) return { codeGenerated: false };
    const told = recipient.username === undefined ? {} : { emailOrUsername: recipient.username };
    const now = this.clock.now();
    const out = this.outTo(account);
    if (out && !out.isTriedOut) return { codeGenerated: false, codeExpires: out.expire, ...told };
    if (await this.sendUnlessOut(recipient, now, out)) return { codeGenerated: true, ...told };
    // A parallel request was faster.
    const theirs = this.outTo(await this.accounts.findById(userId));
    return { codeGenerated: false, ...(theirs && { codeExpires: theirs.expire }), ...told };
  }

  /**
   * Has another code sent to whomever somebody names, in place of the one that is out. Returns before anybody is looked
   * up, so that neither the answer nor its time tells whether there is such a user, whether they use codes by e-mail and
   * whether a mail goes out.
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

  /**
   * Uses up a code that was judged right.
   * @param codeHash as it is stored
   * @returns false when it counts no more
   */
  async spend(userId: string, codeHash: string, use: EmailCodeUse): Promise<boolean> {
    if (!(await this.codes.spend(userId, codeHash, use))) return false;
    await this.limiter.reset(userId);
    return true;
  }

  /**
   * @param triedOut what is out, and lets nobody in any more
   * @returns false when a parallel request has sent another one
   */
  private async sendUnlessOut(
    recipient: Recipient,
    now: Date,
    triedOut?: LiveEmailCode,
  ): Promise<boolean> {
    const { id } = recipient;
    const key = challengeKey(id);
    // Asked first, because making a code takes long. Who is told so has nothing stored, and nothing replaced.
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
    // Before the look-up, so that it keeps the machine as busy for nobody as for somebody.
    const fresh = await this.newCode(owner);
    const account = await this.accounts.findByLoginName(name);
    const before = this.outTo(account);
    // Strangers have mails sent to whoever has chosen them, or is waiting for one.
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
   * Sends a code that is stored already. When that fails, all is as it was before.
   * @param mail by which id it was counted
   * @param before the code that it replaces
   * @throws ApiError email-not-sent
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
      // A mail that may have arrived counts: nobody makes a slow server send without limit.
      if (error.isCertain) await this.limiter.refund(id, mail);
      throw new ApiError(EMAIL_NOT_SENT);
    }
  }

  /** @param owner as for `BcryptQueue` */
  private async newCode(owner: string): Promise<NewCode> {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const lifetimeMs = this.config.emailExpirationSeconds * 1000;
    const expire = new Date(this.clock.now().getTime() + lifetimeMs);
    return { code, stored: { code: await this.bcrypt.hash(code, BCRYPT_ROUNDS, owner), expire } };
  }

  private outTo(account: Account | undefined): LiveEmailCode | undefined {
    return liveCode(account?.services.emailCode, this.clock.now());
  }

  /** Every verified address gets the code, as in the original. */
  private recipientOf(account: Account | undefined, use: EmailCodeUse): Recipient | undefined {
    if (!this.areOn || account?.active !== true) return undefined;
    if (use === 'factor' && account.services.email2fa?.enabled !== true) return undefined;
    const addresses = verifiedAddresses(account.emails);
    if (addresses.length === 0) return undefined;
    const { _id: id, username } = account;
    return { id, username: typeof username === 'string' ? username : undefined, addresses, use };
  }
}
