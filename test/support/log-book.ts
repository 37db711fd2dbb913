import { inspect } from 'node:util';
import { LoggerService } from '@nestjs/common';

/** An entry of the audit log, as it was written. */
export interface AuditLine {
  t: string;
  ts: string;
  actor: { type?: string; _id?: string; username?: string; ip?: string; useragent?: string };
  data: { result: string } & Record<string, unknown>;
}

/** Keeps whatever the service logs, in place of printing it. */
export class LogBook implements LoggerService {
  /** Each with its level and context in front. */
  readonly lines: string[] = [];

  readonly log = this.writer('log');
  readonly warn = this.writer('warn');
  readonly error = this.writer('error');
  readonly fatal = this.writer('fatal');

  /** The entries of the audit log, in their order. */
  get audit(): AuditLine[] {
    return this.lines.flatMap((line) => {
      const [, entry] = /^log Audit (.*)$/s.exec(line) ?? [];
      return entry === undefined ? [] : [JSON.parse(entry) as AuditLine];
    });
  }

  private writer(level: string): (message: unknown, ...rest: unknown[]) => void {
    return (message, ...rest) => {
      const texts = [message, ...rest.slice(0, -1)].map((part) =>
        typeof part === 'string' ? part : inspect(part, { depth: 10 }),
      );
      this.lines.push(`${level} ${String(rest.at(-1))} ${texts.join(' ')}`);
    };
  }
}
