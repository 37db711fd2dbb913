import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { escapeUnprintable } from '../common/logging/printable';
import { AuditEntry, AuditValue, LONGEST_TEXT } from './audit-event';
import { RepetitionFilter, WINDOW_MS } from './repetition.filter';

/** One line of JSON per entry (contract §7); repeated entries are counted instead (docs/adr/0020). */
@Injectable()
export class AuditLog {
  private readonly logger = new Logger('Audit');
  private readonly repetitions = new RepetitionFilter();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly clock: Clock) {}

  record(entry: AuditEntry): void {
    if (this.repetitions.isOver(entry.ts)) this.summarise();
    if (this.isClosed || this.repetitions.take(entry)) {
      this.write(entry);
      return;
    }
    // The summary is written after the window even if no further entry arrives.
    this.timer ??= setTimeout(() => {
      this.summarise();
    }, WINDOW_MS).unref();
  }

  /** Later entries are written at once. */
  close(): void {
    this.isClosed = true;
    this.summarise();
  }

  private summarise(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const entry of this.repetitions.next(this.clock.now())) this.write(entry);
  }

  /** Escaped, so that client data cannot forge an entry or control a terminal. */
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
