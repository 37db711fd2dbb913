import { inspect } from 'node:util';
import { LoggerService } from '@nestjs/common';

/** A record of the audit log, as written. */
export interface AuditLine {
  t: string;
  ts: string;
  actor: { type?: string; _id?: string; username?: string; ip?: string; useragent?: string };
  data: { result: string } & Record<string, unknown>;
}

/** A logger that keeps every line instead of printing it. */
export class LogBook implements LoggerService {
  /** Each line begins with its level and context. */
  readonly lines: string[] = [];

  readonly log = this.writer('log');
  readonly warn = this.writer('warn');
  readonly error = this.writer('error');
  readonly fatal = this.writer('fatal');

  /** The records of the audit log, in order. */
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
