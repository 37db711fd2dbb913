import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock';
import { escapeUnprintable } from '../common/printable';
import { SecretSeal } from './secret-seal';

const PAUSE_MS = 60_000;

/** Tells whoever reads the log that a key is missing, or a sealed secret does not open: at most once a minute, for a lost key shuts out many. */
@Injectable()
export class SealAlarm {
  private readonly logger = new Logger('Seal');
  private quietUntil = 0;

  constructor(
    private readonly seal: SecretSeal,
    private readonly clock: Clock,
  ) {}

  /** @param stored what does not open */
  raise(userId: string, stored: string): void {
    this.warn(
      `The TOTP secret of user ${JSON.stringify(userId)} cannot be opened, so no code is right: ${this.seal.explainRefusal(stored)}.`,
    );
  }

  /** @param keyId of their key; undefined when they have no form that this version knows */
  raiseForCodes(userId: string, keyId: string | undefined): void {
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
