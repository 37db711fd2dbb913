import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { note } from '../audit/request-notes';
import { Clock } from '../common/clock';
import { ApiError } from '../common/errors/api-error';
import { Client } from '../common/http/client';
import { Configuration } from '../config/configuration';
import { isPersonalAccessToken } from '../users/stored-token';
import { StoredTotpService } from '../users/stored-totp.service';
import { TokenOwner, UsersService } from '../users/users.service';
import { EmailCodesService } from './email-codes/email-codes.service';
import { FactorChoice } from './factor-choice';
import { BackupCode, FactorOwner, Proof, SecondFactorMethod } from './methods/second-factor.method';
import { TotpMethod } from './methods/totp.method';
import { SecondFactorLedger } from './second-factor-ledger';
import { ShownFactor } from './shown-factor';
import { CodeClaim } from './second-factor-record.schema';

/** One showing of a code. */
interface Attempt {
  user: FactorOwner;
  client: Client;
  /** Stands for one login token in one program at one address. */
  clientHash: string;
  now: Date;
}

/** Prove it again: a second factor for whoever is already logged in (contract §4). */
@Injectable()
export class TwoFactorService {
  constructor(
    private readonly factors: FactorChoice,
    private readonly totp: TotpMethod,
    private readonly ledger: SecondFactorLedger,
    private readonly users: UsersService,
    private readonly storedTotp: StoredTotpService,
    private readonly emailCodes: EmailCodesService,
    private readonly clock: Clock,
    private readonly config: Configuration,
  ) {}

  /**
   * Returns when the caller has proved it.
   * @throws ApiError second-factor-required, second-factor-invalid or second-factor-locked
   */
  async demand(caller: TokenOwner, shown: ShownFactor, client: Client): Promise<void> {
    const attempt = this.attempt(caller, caller.token.hashedToken, client);
    if (isExempt(caller) || this.isRemembered(caller, attempt)) return;
    await this.prove(attempt, shown);
    await this.remember(caller, attempt);
  }

  /**
   * The same at a login: only users who have set up a factor need it, because the password has just been shown.
   * @param hashedToken of the token that the login is about to hand out: the code belongs to it from the start
   * @throws ApiError as `demand`
   */
  async demandAtLogin(
    user: FactorOwner,
    hashedToken: string,
    shown: ShownFactor,
    client: Client,
  ): Promise<void> {
    if (!this.factors.hasStrong(user)) return;
    await this.prove(this.attempt(user, hashedToken, client), shown);
  }

  /**
   * The same before a factor is set up or given up, with what the user has so far, the password where there is nothing
   * else: a stolen token must not get itself a factor. Only who has nothing at all (single sign-on) needs nothing. No token is
   * exempt.
   * @throws ApiError as `demand`
   */
  async demandBeforeEnrolment(
    caller: TokenOwner,
    shown: ShownFactor,
    client: Client,
  ): Promise<void> {
    if (!this.factors.hasAny(caller)) return;
    await this.prove(this.attempt(caller, caller.token.hashedToken, client), shown);
  }

  /**
   * A TOTP code, or a backup code in its place, that a request carries as its parameter: always judged, whatever the
   * token may do without one elsewhere.
   * @throws ApiError second-factor-invalid or second-factor-locked
   */
  async proveTotp(caller: TokenOwner, code: string, client: Client): Promise<void> {
    await this.judge(this.attempt(caller, caller.token.hashedToken, client), this.totp, code);
  }

  /**
   * The same for a secret that is not the user's yet; no backup code belongs to it.
   * @param secret as it is stored
   * @throws ApiError as `proveTotp`
   */
  async proveNewSecret(
    caller: TokenOwner,
    secret: string,
    code: string,
    client: Client,
  ): Promise<void> {
    const services = { totp: { enabled: true, secret } };
    await this.proveTotp({ ...caller, services }, code, client);
  }

  private attempt(user: FactorOwner, hashedToken: string, client: Client): Attempt {
    const clientHash = digest([hashedToken, client.userAgent, client.address]);
    return { user, client, clientHash, now: this.clock.now() };
  }

  private async prove(attempt: Attempt, shown: ShownFactor): Promise<void> {
    const { user } = attempt;
    const method = this.factors.choose(user, shown.method);
    if (!shown.code) throw await this.factors.required(user, method);
    await this.judge(attempt, method, shown.code);
  }

  private async judge(attempt: Attempt, method: SecondFactorMethod, code: string): Promise<void> {
    const { user, now } = attempt;
    if (method.isCostly) {
      const lockedUntil = await this.ledger.lockedUntil(user.id, now);
      if (lockedUntil) throw locked(method, lockedUntil, now);
    }
    const proof = await method.judge(user, code, now);
    if (await this.isAccepted(attempt, proof)) return;
    const lockedUntil = await this.ledger.refuse(user.id, now);
    if (lockedUntil) throw locked(method, lockedUntil, now);
    throw new ApiError({
      kind: 'second-factor-invalid',
      challenge: { method: method.name, codeGenerated: false },
    });
  }

  /** The code is right, the user is not locked out, and nobody else has used it. */
  private async isAccepted(attempt: Attempt, proof: Proof | undefined): Promise<boolean> {
    const { user, now } = attempt;
    if (!proof) {
      await this.ledger.turnDown(user.id, now);
      return false;
    }
    // The ledger goes first: it alone knows whether the user is locked out, and then no code may be spent.
    if (!(await this.ledger.accept(user.id, now, claimOf(proof, attempt.clientHash)))) return false;
    switch (proof.kind) {
      case 'backup':
        return this.spendBackupCode(attempt, proof);
      case 'email':
        return this.emailCodes.spend(user.id, proof.hash);
      case 'totp':
      case 'reusable':
        return true;
    }
  }

  private async spendBackupCode(attempt: Attempt, { hash }: BackupCode): Promise<boolean> {
    const { id } = attempt.user;
    const isSpent = await this.storedTotp.spendBackupCode(id, hash);
    if (isSpent) note(attempt.client, { backupCode: 'spent' });
    return isSpent;
  }

  private isRemembered({ token }: TokenOwner, attempt: Attempt): boolean {
    if (this.config.TWO_FACTOR_REMEMBER_SECONDS === 0 || isPersonalAccessToken(token)) return false;
    const { twoFactorAuthorizedUntil: until, twoFactorAuthorizedHash: hash } = token;
    if (!(until instanceof Date) || attempt.now >= until) return false;
    // What is stored was written by other programs: it need not be text.
    return typeof hash === 'string' && isEqual(hash, hashProof(attempt));
  }

  private async remember({ id, token }: TokenOwner, attempt: Attempt): Promise<void> {
    const seconds = this.config.TWO_FACTOR_REMEMBER_SECONDS;
    if (seconds === 0 || isPersonalAccessToken(token)) return;
    const until = new Date(attempt.now.getTime() + seconds * 1000);
    await this.users.rememberSecondFactor(id, token.hashedToken, until, hashProof(attempt));
  }
}

function claimOf(proof: Proof, clientHash: string): CodeClaim | undefined {
  switch (proof.kind) {
    case 'totp':
      return { timeStep: proof.timeStep, secretHash: proof.secretHash, clientHash };
    case 'backup':
    case 'email':
      return { codeHash: proof.hash };
    case 'reusable':
      return undefined;
  }
}

/** A personal access token may have been made to work without a second factor. */
function isExempt({ token }: TokenOwner): boolean {
  return isPersonalAccessToken(token) && (token.bypassTwoFactor as unknown) === true;
}

/** What a remembered proof stands for: this client, and the factors as they are now. Any change of them ends it. */
function hashProof({ user, clientHash }: Attempt): string {
  const { password, totp, email2fa } = user.services;
  const secret = totp?.enabled === true ? totp.secret : undefined;
  const email = email2fa?.enabled === true ? { since: email2fa.changedAt } : undefined;
  return digest([clientHash, password?.bcrypt, secret, email]);
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

function isEqual(stored: string, computed: string): boolean {
  const [a, b] = [Buffer.from(stored), Buffer.from(computed)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function locked(method: SecondFactorMethod, until: Date, now: Date): ApiError {
  return new ApiError({
    kind: 'second-factor-locked',
    method: method.name,
    retryAfterSeconds: Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000)),
  });
}
