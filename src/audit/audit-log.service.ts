import { Injectable, Logger } from '@nestjs/common';
import { AuditEntry, AuditValue, LONGEST_TEXT } from './audit-event';

/** One line per entry, for those who watch the log; what is stored is the record (docs/adr/0025). */
@Injectable()
export class AuditLog {
  private readonly logger = new Logger('Audit');

  /** The logger escapes it, so that client data cannot forge an entry or control a terminal. */
  write({ t, ts, actor, data }: AuditEntry): void {
    this.logger.log({ t, ts, actor: bounded({ ...actor }), data: bounded(data) });
  }
}

function bounded(values: Record<string, AuditValue>): Record<string, AuditValue> {
  const texts: Record<string, AuditValue> = {};
  for (const name of Object.keys(values)) {
    const value = values[name];
    if (typeof value === 'string') texts[name] = value.slice(0, LONGEST_TEXT);
    else if (value !== undefined) texts[name] = value;
  }
  return texts;
}
