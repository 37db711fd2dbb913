import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BcryptQueue } from '../../auth/bcrypt-queue';
import { Background } from '../../common/background';
import { Clock } from '../../common/clock';
import { ApiError, SecondFactorChallenge } from '../../common/errors/api-error';
import { countedAddress } from '../../common/http/counted-address';
import { Configuration } from '../../config/configuration';
import { MailNotSent } from '../../mail/mail-not-sent';
import { Mailer } from '../../mail/mailer';
import { Account, AccountsService, verifiedAddresses } from '../../users/accounts.service';
import { LoginName } from '../../users/login-name';
import {
  LiveEmailCode,
  liveCode,
  StoredEmailCodeService,
} from '../../users/stored-email-code.service';
import { codeMail } from './code-mail';
import { CHALLENGES, MailAllowance, REQUESTS_OF_ADDRESS, RESENDINGS } from './mail-allowance';

/** As many as the original's: codes cost the same, whichever made them. */
const BCRYPT_ROUNDS = 10;

/** What a client is told about a code by e-mail. */
export type EmailChallenge = Omit<SecondFactorChallenge, 'method' | 'availableMethods'>;

/** Somebody whom a code can reach. */
interface Recipient {
  id: string;
  username: string | undefined;
  addresses: string[];
}

interface NewCode {
  code: string;
  stored: LiveEmailCode;
}

/** Sends codes by e-mail, of which one is out at a time (docs/adr/0015). */
@Injectable()
export class EmailCodesService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly codes: StoredEmailCodeService,
    private readonly allowance: MailAllowance,
    private readonly mailer: Mailer,
    private readonly bcrypt: BcryptQueue,
    private readonly background: Background,
    private readonly clock: Clock,
    private readonly config: Configuration,
  ) {}

  /** Whether there is a mail server. */
  get areOn(): boolean {
    return this.mailer.isOn;
  }

  /**
   * Sends a code to somebody who has proved that they are that user as far as they can without it, unless one is out
   * already. Nothing is sent, and nobody is let in, where there is no way to send it.
   * @throws ApiError email-not-sent, and nothing is stored; too-many-requests
   */
  async challenge(userId: string): Promise<EmailChallenge> {
    const account = await this.accounts.findById(userId);
    const recipient = this.recipientOf(account);
    if (!recipient) return { codeGenerated: false };
    const told = recipient.username === undefined ? {} : { emailOrUsername: recipient.username };
    const now = this.clock.now();
    const out = this.outTo(account) ?? (await this.sendFirst(recipient, now));
    return out
      ? { codeGenerated: false, codeExpires: out.expire, ...told }
      : { codeGenerated: true, ...told };
  }

  /**
   * Has another code sent to whomever somebody names, in place of the one that is out. Returns before anybody is looked
   * up, so that neither the answer nor its time tells whether there is such a user, whether they use codes by e-mail and
   * whether a mail goes out.
   * @param address of the client
   * @throws ApiError email-obstacle off
   */
  async resend(name: LoginName, address: string): Promise<void> {
    if (!this.areOn) throw new ApiError({ kind: 'email-obstacle', obstacle: 'off' });
    const counted = { address: countedAddress(address) };
    if (!(await this.allowance.take(counted, REQUESTS_OF_ADDRESS, this.clock.now()))) return;
    const owner = `address:${counted.address}`;
    this.background.run('Sending a code', () => this.sendAnother(name, owner));
  }

  /**
   * Uses up a code that was judged right.
   * @param codeHash as it is stored
   * @returns false when it counts no more
   */
  async spend(userId: string, codeHash: string): Promise<boolean> {
    if (!(await this.codes.spend(userId, codeHash))) return false;
    await this.allowance.forget({ userId });
    return true;
  }

  /** @returns the code of a parallel request that was faster; undefined when a code was sent */
  private async sendFirst(recipient: Recipient, now: Date): Promise<LiveEmailCode | undefined> {
    const { id } = recipient;
    const fresh = await this.newCode(`user:${id}`);
    if (!(await this.codes.put(id, fresh.stored, now))) {
      return this.outTo(await this.accounts.findById(id));
    }
    if (!(await this.allowance.take({ userId: id }, CHALLENGES, now))) {
      await this.codes.takeBack(id, fresh.stored);
      const retryAfterSeconds = await this.allowance.secondsToWait(id, now);
      throw new ApiError({ kind: 'too-many-requests', retryAfterSeconds });
    }
    await this.deliver(recipient, fresh, now);
    return undefined;
  }

  private async sendAnother(name: LoginName, owner: string): Promise<void> {
    // Before the look-up, so that it keeps the machine as busy for nobody as for somebody.
    const fresh = await this.newCode(owner);
    const account = await this.accounts.findByLoginName(name);
    const recipient = this.recipientOf(account);
    if (!recipient) return;
    const { id } = recipient;
    const now = this.clock.now();
    if (!(await this.allowance.take({ userId: id }, RESENDINGS, now))) return;
    const before = this.outTo(account);
    const isStored = before
      ? await this.codes.replace(id, before, fresh.stored)
      : await this.codes.put(id, fresh.stored, now);
    if (isStored) await this.deliver(recipient, fresh, now, before);
    else await this.allowance.giveBack({ userId: id }, now);
  }

  /**
   * Sends a code that is stored already. When that fails, all is as it was before.
   * @param countedAt when the mail was counted
   * @param before the code that it replaces
   * @throws ApiError email-not-sent
   */
  private async deliver(
    { id, username, addresses }: Recipient,
    { code, stored }: NewCode,
    countedAt: Date,
    before?: LiveEmailCode,
  ): Promise<void> {
    const seconds = this.config.TWO_FACTOR_EMAIL_EXPIRATION_SECONDS;
    const workspace = this.mailer.senderName;
    try {
      await this.mailer.send(addresses, codeMail({ code, seconds, username, workspace }));
    } catch (error) {
      await this.codes.takeBack(id, stored, before);
      if (!(error instanceof MailNotSent)) throw error;
      // A mail that may have arrived counts: nobody makes a slow server send without limit.
      if (error.isCertain) await this.allowance.giveBack({ userId: id }, countedAt);
      throw new ApiError({ kind: 'email-not-sent' });
    }
  }

  /** @param owner as for `BcryptQueue` */
  private async newCode(owner: string): Promise<NewCode> {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const lifetimeMs = this.config.TWO_FACTOR_EMAIL_EXPIRATION_SECONDS * 1000;
    const expire = new Date(this.clock.now().getTime() + lifetimeMs);
    return { code, stored: { code: await this.bcrypt.hash(code, BCRYPT_ROUNDS, owner), expire } };
  }

  private outTo(account: Account | undefined): LiveEmailCode | undefined {
    return liveCode(account?.services.emailCode, this.clock.now());
  }

  /** Every verified address gets the code, as in the original. */
  private recipientOf(account: Account | undefined): Recipient | undefined {
    if (!this.areOn || account?.active !== true) return undefined;
    if (account.services.email2fa?.enabled !== true) return undefined;
    const addresses = verifiedAddresses(account.emails);
    if (addresses.length === 0) return undefined;
    const { _id: id, username } = account;
    return { id, username: typeof username === 'string' ? username : undefined, addresses };
  }
}
