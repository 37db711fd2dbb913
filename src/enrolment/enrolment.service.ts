import { Injectable } from '@nestjs/common';
import { Caller } from '../auth/caller';
import { ApiError, TotpObstacle } from '../common/errors/api-error';
import { texts } from '../common/texts';
import { Client } from '../common/http/client';
import { SecretSeal } from '../seal/secret-seal';
import { LoginRecordsService } from '../sessions/login-records.service';
import { hashBackupCode, newBackupCodes } from '../two-factor/backup-codes';
import { newTotpSecret, totpAddress } from '../two-factor/totp';
import { ShownFactor } from '../two-factor/shown-factor';
import { TwoFactorService } from '../two-factor/two-factor.service';
import { StoredTotpService } from '../users/stored-totp.service';

/** Whom an authenticator names beside the code: what users of the workspace are used to. */
export const ISSUER = 'Rocket.Chat';

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
export class EnrolmentService {
  constructor(
    private readonly seal: SecretSeal,
    private readonly totp: StoredTotpService,
    private readonly twoFactor: TwoFactorService,
    private readonly records: LoginRecordsService,
  ) {}

  /**
   * Hands out a new secret. It counts for nothing until `validate`.
   * @throws ApiError totp-obstacle already-enabled; second-factor-required, second-factor-invalid or second-factor-locked
   * for who has a password or another factor and does not show it
   */
  async begin(caller: Caller, shown: ShownFactor, client: Client): Promise<NewSecret> {
    const { id, services } = caller;
    if (services.totp?.enabled === true) throw obstacle('already-enabled');
    await this.twoFactor.demandBeforeEnrolment(caller, shown, client);
    const secret = newTotpSecret();
    const user = await this.totp.begin(id, this.seal.seal(id, secret));
    if (!user) throw obstacle('already-enabled');
    return { secret, url: totpAddress(secret, ISSUER, user.username ?? id) };
  }

  /**
   * Switches TOTP on by the first right code of the new secret. The user's other logins end: they have not shown it.
   * @throws ApiError totp-obstacle, second-factor-invalid or second-factor-locked
   */
  async validate(caller: Caller, code: string, client: Client): Promise<NewBackupCodes> {
    const { enabled, tempSecret } = caller.services.totp ?? {};
    if (enabled === true) throw obstacle('already-enabled');
    if (typeof tempSecret !== 'string' || tempSecret === '') throw obstacle('not-begun');
    await this.twoFactor.proveNewSecret(caller, tempSecret, code, client);
    const codes = newBackupCodes();
    const { id, token } = caller;
    const hashes = codes.map(hashBackupCode);
    await this.stamp(id, await this.totp.enable(id, tempSecret, hashes, token.hashedToken));
    return { codes };
  }

  /**
   * Switches TOTP off. The user's other logins end: one of them may be why.
   * @throws ApiError as `validate`
   */
  async disable(caller: Caller, code: string, client: Client): Promise<{ disabled: true }> {
    const { secret } = enabledTotp(caller);
    await this.twoFactor.proveTotp(caller, code, client);
    const { id, token } = caller;
    await this.stamp(id, await this.totp.disable(id, secret, token.hashedToken));
    return { disabled: true };
  }

  /**
   * Puts twelve new backup codes in place of all that are left.
   * @throws ApiError as `validate`
   */
  async regenerate(caller: Caller, code: string, client: Client): Promise<NewBackupCodes> {
    const { secret, hashedBackup } = enabledTotp(caller);
    await this.twoFactor.proveTotp(caller, code, client);
    const codes = newBackupCodes();
    const isReplaced = await this.totp.replaceBackupCodes(
      caller.id,
      secret,
      withoutShown(hashedBackup, code),
      codes.map(hashBackupCode),
    );
    if (!isReplaced) throw obstacle('changed');
    return { codes };
  }

  /**
   * How many backup codes are left.
   * @throws ApiError totp-obstacle not-enabled
   */
  countRemaining(caller: Caller): { remaining: number } {
    return { remaining: texts(enabledTotp(caller).hashedBackup).length };
  }

  /** Stamps the records of logins that have just ended. Their tokens have gone with the change itself. */
  private async stamp(id: string, ended: string[] | undefined): Promise<void> {
    if (!ended) throw obstacle('changed');
    await this.records.endAll(ended, id);
  }
}

/** @throws ApiError totp-obstacle not-enabled */
function enabledTotp({ services }: Caller): EnabledTotp {
  const { enabled, secret, hashedBackup } = services.totp ?? {};
  if (enabled !== true || typeof secret !== 'string') throw obstacle('not-enabled');
  return { secret, hashedBackup };
}

/** What is left of the stored hashes when the shown code was one of theirs. */
function withoutShown(hashedBackup: string[] | undefined, code: string): string[] | undefined {
  if (!Array.isArray(hashedBackup)) return hashedBackup;
  const shown = hashBackupCode(code);
  return hashedBackup.filter((hash) => hash !== shown);
}

function obstacle(reason: TotpObstacle): ApiError {
  return new ApiError({ kind: 'totp-obstacle', obstacle: reason });
}
