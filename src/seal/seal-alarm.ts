import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock';
import { escapeUnprintable } from '../common/printable';
import { SecretSeal } from './secret-seal';

const PAUSE_MS = 60_000;

/** Tells whoever reads the log that a sealed secret cannot be opened: at most once a minute, for a lost key shuts out many. */
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
    const now = this.clock.now().getTime();
    if (now < this.quietUntil) return;
    this.quietUntil = now + PAUSE_MS;
    this.logger.warn(
      escapeUnprintable(
        `The TOTP secret of user ${JSON.stringify(userId)} cannot be opened, so no code is right: ${this.seal.explainRefusal(stored)}.`,
      ),
    );
  }
}
