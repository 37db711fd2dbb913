import { Injectable } from '@nestjs/common';
import { Caller } from '../../auth/caller';
import { CallersService } from '../../auth/callers.service';
import { Clock } from '../../common/clock/clock';
import { ApiError, TotpObstacle } from '../../common/errors/api-error';
import { Client } from '../../common/http/client';
import { TotpSecretCipher } from '../../two-factor/secrets/totp-secret.cipher';
import { SessionLifecycle } from '../../session-lifecycle/session-lifecycle.service';
import { BackupCodes, newBackupCodes } from '../../two-factor/secrets/backup-codes.service';
import { newTotpSecret, totpAddress } from '../../two-factor/methods/totp';
import { SubmittedCode } from '../../two-factor/submitted-code';
import { TwoFactorService } from '../../two-factor/two-factor.service';
import { StoredToken } from '../../workspace-data/users/stored-token';
import { TotpRepository } from '../../workspace-data/users/totp.repository';

/** Whom an authenticator names beside the code: what users of the workspace are used to. */
export const ISSUER = 'Rocket.Chat';

/** How long a secret may wait for its first code (docs/adr/0011). */
const ENROLMENT_MS = 10 * 60 * 1000;

/** A secret for an authenticator. It is shown here and never again. */
export interface NewSecret {
  secret: string;
  /** The same as an address for a QR code. */
  url: string;
}

/** Backup codes. They are shown here and never again. */
export interface NewBackupCodes {
  codes: string[];
}

/** What is stored of somebody whose TOTP is enabled. */
interface EnabledTotp {
  /** Perhaps sealed: here it only says that it is still the same one. */
  secret: string;
  hashedBackup: string[] | undefined;
}

/**
 * Sets up the second factor of whoever asks. Every change demands that what the code was judged by is still stored, so
 * of two requests at once one changes it and the other is told so.
 */
@Injectable()
export class TotpEnrolmentService {
  constructor(
    private readonly callers: CallersService,
    private readonly seal: TotpSecretCipher,
    private readonly totp: TotpRepository,
    private readonly twoFactor: TwoFactorService,
    private readonly backupCodes: BackupCodes,
    private readonly lifecycle: SessionLifecycle,
    private readonly clock: Clock,
  ) {}

  /**
   * Hands out a new secret. It counts for nothing until `validate`.
   * @throws ApiError totp-obstacle already-enabled; what `requireBeforeEnrolment` throws; not-logged-in when the caller has
   * been logged out a moment ago
   */
  async begin(caller: Caller, shown: SubmittedCode, client: Client): Promise<NewSecret> {
    const { id, services } = caller;
    if (services.totp?.enabled === true) throw obstacle('already-enabled');
    await this.twoFactor.requireBeforeEnrolment(caller, shown, client);
    const secret = newTotpSecret();
    const expire = new Date(this.clock.now().getTime() + ENROLMENT_MS);
    const user = await this.totp.begin(caller, this.seal.encrypt(id, secret), expire);
    if (!user) throw await this.refusal(caller, 'already-enabled');
    return { secret, url: totpAddress(secret, ISSUER, user.username ?? id) };
  }

  /**
   * Switches TOTP on by the first right code of the new secret. The user's other logins end: they have not shown it.
   * @throws ApiError totp-obstacle, second-factor-invalid or second-factor-locked; not-logged-in as `begin`
   */
  async validate(caller: Caller, code: string, client: Client): Promise<NewBackupCodes> {
    if (caller.services.totp?.enabled === true) throw obstacle('already-enabled');
    const tempSecret = begunBy(caller, this.clock.now());
    await this.twoFactor.verifyNewSecret(caller, tempSecret, code, client);
    const codes = newBackupCodes();
    const hashes = this.hash(caller, codes);
    const now = this.clock.now();
    await this.complete(caller, await this.totp.enable(caller, tempSecret, hashes, now));
    return { codes };
  }

  /**
   * Switches TOTP off. The user's other logins end: one of them may be why.
   * @throws ApiError as `validate`
   */
  async disable(caller: Caller, code: string, client: Client): Promise<{ disabled: true }> {
    const { secret } = enabledTotp(caller);
    await this.twoFactor.verifyTotp(caller, code, client);
    await this.complete(caller, await this.totp.disable(caller, secret));
    return { disabled: true };
  }

  /**
   * Puts twelve new backup codes in place of all that are left.
   * @throws ApiError as `validate`
   */
  async regenerate(caller: Caller, code: string, client: Client): Promise<NewBackupCodes> {
    const { secret, hashedBackup } = enabledTotp(caller);
    await this.twoFactor.verifyTotp(caller, code, client);
    const codes = newBackupCodes();
    const isReplaced = await this.totp.replaceBackupCodes(
      caller,
      secret,
      this.withoutShown(caller, hashedBackup, code),
      this.hash(caller, codes),
    );
    if (!isReplaced) throw await this.refusal(caller, 'changed');
    return { codes };
  }

  /**
   * How many backup codes are left.
   * @throws ApiError totp-obstacle not-enabled
   */
  countRemaining(caller: Caller): { remaining: number } {
    return { remaining: this.backupCodes.countLeft(enabledTotp(caller).hashedBackup) };
  }

  private hash({ id }: Caller, codes: string[]): string[] {
    return codes.map((code) => this.backupCodes.hash(id, code));
  }

  /** What is left of the stored hashes when the shown code was one of theirs. */
  private withoutShown(
    { id }: Caller,
    hashedBackup: string[] | undefined,
    code: string,
  ): string[] | undefined {
    if (!Array.isArray(hashedBackup)) return hashedBackup;
    const shown = this.backupCodes.find(id, hashedBackup, code);
    return hashedBackup.filter((hash) => hash !== shown);
  }

  /** Tells of logins that the change itself has revoked. @param ended their tokens; undefined when nothing changed */
  private async complete(caller: Caller, ended: StoredToken[] | undefined): Promise<void> {
    if (!ended) throw await this.refusal(caller, 'changed');
    const revocation = { by: caller.id, reason: 'factor-changed' } as const;
    await this.lifecycle.recordRevoked(caller.id, ended, revocation);
  }

  /**
   * Why nothing was changed.
   * @throws ApiError not-logged-in when it is because the caller has been logged out a moment ago
   */
  private async refusal(caller: Caller, reason: TotpObstacle): Promise<ApiError> {
    await this.callers.demandStillLoggedIn(caller);
    return obstacle(reason);
  }
}

/**
 * The secret that this very token has asked for, as it is stored. One of another login, of another program, or of long ago
 * is none: a thief and an owner must not validate what the other has begun.
 * @throws ApiError totp-obstacle not-begun
 */
function begunBy({ services, token }: Caller, now: Date): string {
  const { tempSecret, tempToken, tempExpire } = services.totp ?? {};
  const isTheirs =
    tempToken === token.hashedToken && tempExpire instanceof Date && now < tempExpire;
  if (!isTheirs || typeof tempSecret !== 'string' || tempSecret === '') throw obstacle('not-begun');
  return tempSecret;
}

/** @throws ApiError totp-obstacle not-enabled */
function enabledTotp({ services }: Caller): EnabledTotp {
  const { enabled, secret, hashedBackup } = services.totp ?? {};
  if (enabled !== true || typeof secret !== 'string') throw obstacle('not-enabled');
  return { secret, hashedBackup };
}

function obstacle(reason: TotpObstacle): ApiError {
  return new ApiError({ kind: 'totp-obstacle', obstacle: reason });
}
