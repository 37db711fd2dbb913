import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock/clock';
import { escapeUnprintable } from '../../common/logging/printable';
import { TotpSecretCipher } from './totp-secret.cipher';

const PAUSE_MS = 60_000;

/** Tells whoever reads the log that a key is missing, or a sealed secret does not open: at most once a minute, for a lost key shuts out many. */
@Injectable()
export class UnreadableSecretLog {
  private readonly logger = new Logger('Seal');
  private quietUntil = 0;

  constructor(
    private readonly seal: TotpSecretCipher,
    private readonly clock: Clock,
  ) {}

  /** @param stored what does not open */
  warnOfSecret(userId: string, stored: string): void {
    this.warn(
      `The TOTP secret of user ${JSON.stringify(userId)} cannot be opened, so no code is right: ${this.seal.explainFailure(stored)}.`,
    );
  }

  /** @param keyId of their key; undefined when they have no form that this version knows */
  warnOfBackupCodes(userId: string, keyId: string | undefined): void {
    const why =
      keyId === undefined
        ? 'they have no form that this version knows'
        : `TOTP_ENCRYPTION_KEYS lacks their key, ${keyId}`;
    this.warn(`Backup codes of user ${JSON.stringify(userId)} cannot be judged: ${why}.`);
  }

  private warn(message: string): void {
    const now = this.clock.now().getTime();
    if (now < this.quietUntil) return;
    this.quietUntil = now + PAUSE_MS;
    this.logger.warn(escapeUnprintable(message));
  }
}
