import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock/clock';
import { escapeUnprintable } from '../../common/logging/printable';
import { TotpSecretCipher } from './totp-secret.cipher';

const PAUSE_MS = 60_000;

/** Warns the operator of missing keys and unreadable secrets, at most once a minute: a lost key affects many users. */
@Injectable()
export class UnreadableSecretLog {
  private readonly logger = new Logger(UnreadableSecretLog.name);
  private quietUntil = 0;

  constructor(
    private readonly cipher: TotpSecretCipher,
    private readonly clock: Clock,
  ) {}

  warnOfSecret(userId: string, stored: string): void {
    this.warn(
      `The TOTP secret of user ${JSON.stringify(userId)} cannot be decrypted, so every code is wrong: ${this.cipher.explainFailure(stored)}.`,
    );
  }

  /** @param keyId of their key; undefined if this version does not know their format */
  warnOfBackupCodes(userId: string, keyId: string | undefined): void {
    const why =
      keyId === undefined
        ? 'this version does not know their format'
        : `TOTP_ENCRYPTION_KEYS lacks their key, ${keyId}`;
    this.warn(`Backup codes of user ${JSON.stringify(userId)} cannot be verified: ${why}.`);
  }

  private warn(message: string): void {
    const now = this.clock.now().getTime();
    if (now < this.quietUntil) return;
    this.quietUntil = now + PAUSE_MS;
    this.logger.warn(escapeUnprintable(message));
  }
}
