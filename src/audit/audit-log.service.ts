import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { escapeUnprintable } from '../common/logging/printable';
import { AuditEntry, AuditValue, LONGEST_TEXT } from './audit-event';
import { RepetitionFilter, WINDOW_MS } from './repetition.filter';

/**
 * The log of who has done what, and of who was refused: one line of JSON for each, in the shape of the audit records of
 * contract §7. Entries that repeat themselves are counted instead (docs/adr/0020).
 */
@Injectable()
export class AuditLog {
  private readonly logger = new Logger('Audit');
  private readonly repetitions = new RepetitionFilter();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly clock: Clock) {}

  /** Writes an entry, or counts it where too many like it have just been written. */
  record(entry: AuditEntry): void {
    if (this.repetitions.isOver(entry.ts)) this.summarise();
    if (this.isClosed || this.repetitions.take(entry)) {
      this.write(entry);
      return;
    }
    // What was counted is told when its minute is over, also when nothing comes in any more.
    this.timer ??= setTimeout(() => {
      this.summarise();
    }, WINDOW_MS).unref();
  }

  /** Tells what was counted. Nothing is counted behind it: what still comes is written at once. */
  close(): void {
    this.isClosed = true;
    this.summarise();
  }

  private summarise(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const entry of this.repetitions.next(this.clock.now())) this.write(entry);
  }

  /** As JSON on one line, printable throughout: nothing that a client says forges an entry or reaches a terminal. */
  private write({ t, ts, actor, data }: AuditEntry): void {
    const entry = { t, ts, actor: bounded({ ...actor }), data: bounded(data) };
    this.logger.log(escapeUnprintable(JSON.stringify(entry)));
  }
}

function bounded(values: Record<string, AuditValue>): Record<string, AuditValue> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : value,
    ]),
  );
}
