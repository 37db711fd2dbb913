import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit.trail';
import { HistoryConfig } from '../config/history.config';
import { recordOfEnding } from './ending-record';
import { SessionEnding } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';

/** The last step of a revocation: the audit records, then the note that nothing is left to do (docs/adr/0025). */
@Injectable()
export class EndingSettler {
  constructor(
    private readonly endings: SessionEndingsRepository,
    private readonly trail: AuditTrail,
    private readonly history: HistoryConfig,
  ) {}

  /** Idempotent, also across processes. Two commands; none for no endings. */
  async settle(endings: readonly SessionEnding[]): Promise<void> {
    if (endings.length === 0) return;
    // Who settled an ending stored its record before.
    await this.trail.derive(endings.filter(({ pending }) => pending).map(recordOfEnding));
    await this.endings.settle(endings, this.history.days);
  }
}
