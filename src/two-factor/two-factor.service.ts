import { Injectable } from '@nestjs/common';
import { note } from '../audit/request-notes';
import { Caller } from '../auth/caller';
import { Clock } from '../common/clock/clock';
import { hashOf } from '../common/crypto/hash-of';
import { isSame } from '../common/crypto/is-same';
import { ApiError } from '../common/errors/api-error';
import { Client } from '../common/http/client';
import { InFlight } from '../common/concurrency/in-flight';
import { TwoFactorConfig } from '../config/two-factor.config';
import { secondsUntil } from '../database/sliding-window';
import { isPersonalAccessToken } from '../workspace-data/users/stored-token';
import { TotpRepository } from '../workspace-data/users/totp.repository';
import { TokenOwner, UsersRepository } from '../workspace-data/users/users.repository';
import { Attempt, AttemptsService, guessOf } from './attempts/attempts.service';
import { Guess } from './attempts/guess';
import { EmailCodesService } from './email-codes/email-codes.service';
import { MethodSelector } from './methods/method-selector.service';
import {
  BackupCode,
  FactorOwner,
  Proof,
  SecondFactorMethod,
  Verdict,
} from './methods/second-factor.method';
import { TotpMethod } from './methods/totp.method';
import { AcceptedCodesCache } from './attempts/accepted-codes.cache';
import { RefutedGuessesCache } from './attempts/refuted-guesses.cache';
import { TwoFactorAttemptStore } from './attempts/two-factor-attempt.store';
import { SubmittedCode } from './submitted-code';
import { CodeClaim } from './attempts/two-factor-record.schema';
import { NOT_LOGGED_IN } from '../auth/auth.problems';
import { SECOND_FACTORS_ACCEPTED } from './second-factors-accepted';
import { secondFactorInvalid, secondFactorLocked } from './two-factor.problems';

/** Requires and verifies second factors (contract §4). */
@Injectable()
export class TwoFactorService {
  /** By guess id, so that identical parallel guesses compute bcrypt once. */
  private readonly verifying = new InFlight<Verdict>();
  private readonly refuted = new RefutedGuessesCache();
  private readonly accepted = new AcceptedCodesCache();

  constructor(
    private readonly factors: MethodSelector,
    private readonly totp: TotpMethod,
    private readonly attempts: AttemptsService,
    private readonly attemptStore: TwoFactorAttemptStore,
    private readonly users: UsersRepository,
    private readonly storedTotp: TotpRepository,
    private readonly emailCodes: EmailCodesService,
    private readonly clock: Clock,
    private readonly config: TwoFactorConfig,
  ) {}

  /** @throws ApiError second-factor-required, second-factor-invalid or second-factor-locked */
  async requireSecondFactor(
    caller: Caller,
    submitted: SubmittedCode,
    client: Client,
  ): Promise<void> {
    if (isExempt(caller)) return;
    const attempt = this.attempts.of(caller, client);
    if (this.isRemembered(caller, attempt)) return;
    await this.verifySelected(attempt, submitted);
    await this.remember(caller, attempt);
  }

  /**
   * At a login only users who have set up a factor need one, because they have just proved the password.
   * @param hashedToken of the token that the login is about to issue: the code belongs to it from the start
   * @param askedAt when the request arrived
   * @throws ApiError as `requireSecondFactor`
   */
  async requireAtLogin(
    user: FactorOwner,
    hashedToken: string,
    submitted: SubmittedCode,
    client: Client,
    askedAt: Date,
  ): Promise<void> {
    if (!this.factors.hasStrong(user)) return;
    await this.verifySelected(
      this.attempts.atSignIn(user, hashedToken, client, askedAt),
      submitted,
    );
  }

  /**
   * Before a factor is set up or given up, requires what the user has, or their password, so that a thief of a token
   * cannot enrol a factor. Users with neither (single sign-on) need a fresh login, or a code sent to a verified
   * address. No token is exempt.
   * @throws ApiError as `requireSecondFactor`; fresh-login-required
   */
  async requireBeforeEnrolment(
    caller: Caller,
    submitted: SubmittedCode,
    client: Client,
  ): Promise<void> {
    const attempt = this.attempts.of(caller, client);
    if (this.factors.hasAny(caller)) return this.verifySelected(attempt, submitted);
    const method = this.factors.inPlaceOfNone(caller, attempt.now);
    if (method) await this.verifyBy(method, attempt, submitted.code);
  }

  /**
   * Verifies a TOTP or backup code from the body, even if the token is exempt elsewhere.
   * @throws ApiError second-factor-invalid or second-factor-locked
   */
  async verifyTotp(caller: Caller, code: string, client: Client): Promise<void> {
    await this.verify(this.attempts.of(caller, client), this.totp, this.totp.read(code));
  }

  /**
   * Verifies a code of a secret that is not enabled yet and has no backup codes.
   * @param secret as stored
   * @throws ApiError as `verifyTotp`
   */
  async verifyNewSecret(
    caller: Caller,
    secret: string,
    code: string,
    client: Client,
  ): Promise<void> {
    const services = { totp: { enabled: true, secret } };
    await this.verifyTotp({ ...caller, services }, code, client);
  }

  private async verifySelected(attempt: Attempt, submitted: SubmittedCode): Promise<void> {
    const method = this.factors.select(attempt.user, submitted.method);
    await this.verifyBy(method, attempt, submitted.code);
  }

  private async verifyBy(
    method: SecondFactorMethod,
    attempt: Attempt,
    typed: string | undefined,
  ): Promise<void> {
    const code = method.read(typed ?? '');
    if (code === '') throw await this.factors.challenge(attempt.user, method);
    await this.verify(attempt, method, code);
  }

  /** Takes the attempt before it verifies the code, so that parallel requests get no extra attempts. */
  private async verify(attempt: Attempt, method: SecondFactorMethod, code: string): Promise<void> {
    const { user, clientHash, now } = attempt;
    const guess = guessOf(attempt, method, code);
    if (
      this.accepted.has(guess, clientHash) &&
      (await this.isShownAgain(attempt, guess, method, code))
    ) {
      SECOND_FACTORS_ACCEPTED.report({ method: method.name });
      return;
    }
    refuseUntil(await this.attemptStore.tryConsume(guess), method, now);
    const proof = await this.verifying.run(guess.id, () =>
      this.refuted.includes(guess) ? Promise.resolve(undefined) : method.verify(user, code, now),
    );
    if (proof?.kind === 'no-guess') {
      await this.attemptStore.refund(guess);
      throw invalid(method);
    }
    if (proof && (await this.attemptStore.claim(guess, claimOf(proof, clientHash)))) {
      if (await this.spend(attempt, proof)) {
        this.keep(guess, clientHash, proof);
        SECOND_FACTORS_ACCEPTED.report({ method: method.name });
        return;
      }
      // Another request has used the code since, so this one counts like any used code.
      refuseUntil(await this.attemptStore.consumeAgain(guess), method, now);
    }
    if (!proof) {
      const close = (): Promise<void> => this.attemptStore.claimNothing(guess);
      await this.refuted.add(guess, close, () => this.clock.now());
    }
    throw invalid(method);
  }

  /**
   * A code that this client has shown before needs no attempt, because the answer is known, and no claim, because it
   * holds that. It is verified again, since the factor may have changed.
   * @throws ApiError second-factor-locked, as for any other code
   */
  private async isShownAgain(
    { user, clientHash, now }: Attempt,
    guess: Guess,
    method: SecondFactorMethod,
    code: string,
  ): Promise<boolean> {
    refuseUntil(await this.attemptStore.lockedUntil(guess), method, now);
    return this.accepted.includes(guess, clientHash, await method.verify(user, code, now));
  }

  private keep(guess: Guess, clientHash: string, proof: Proof): void {
    if (proof.kind === 'totp' && this.config.codeReuse === 'same-client') {
      this.accepted.add(guess, clientHash, proof);
    }
  }

  private async spend(attempt: Attempt, proof: Proof): Promise<boolean> {
    switch (proof.kind) {
      case 'backup':
        return this.spendBackupCode(attempt, proof);
      case 'email':
        return this.emailCodes.spend(attempt.user.id, proof.hash, proof.use);
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
    if (this.config.rememberSeconds === 0 || isPersonalAccessToken(token)) return false;
    const { twoFactorAuthorizedUntil: until, twoFactorAuthorizedHash: hash } = token;
    if (!(until instanceof Date) || attempt.now >= until) return false;
    // Other programs write this field too, so it may not be a string.
    return typeof hash === 'string' && isSame(hash, hashProof(attempt));
  }

  /** @throws ApiError not-logged-in if the login has just been revoked */
  private async remember(caller: TokenOwner, attempt: Attempt): Promise<void> {
    const { token } = caller;
    const seconds = this.config.rememberSeconds;
    if (seconds === 0 || isPersonalAccessToken(token)) return;
    const until = new Date(attempt.now.getTime() + seconds * 1000);
    if (!(await this.users.rememberSecondFactor(caller, until, hashProof(attempt)))) {
      throw new ApiError(NOT_LOGGED_IN);
    }
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

function isExempt({ token }: TokenOwner): boolean {
  return isPersonalAccessToken(token) && (token.bypassTwoFactor as unknown) === true;
}

/** Binds a remembered second factor to this client and the current factors: any change of them ends it. */
function hashProof({ user, clientHash }: Attempt): string {
  const { hasVerifiedAddress, services } = user;
  const { password, totp, email2fa } = services;
  const secret = totp?.enabled === true ? totp.secret : undefined;
  const hasEmail = email2fa?.enabled === true && hasVerifiedAddress;
  const email = hasEmail ? { since: email2fa.changedAt } : undefined;
  return hashOf(clientHash, password?.bcrypt, secret, email);
}

function invalid({ name }: SecondFactorMethod): ApiError {
  return new ApiError(secondFactorInvalid(name));
}

function refuseUntil(until: Date | undefined, method: SecondFactorMethod, now: Date): void {
  if (!until) return;
  throw new ApiError(secondFactorLocked(method.name, secondsUntil(until, now)));
}
