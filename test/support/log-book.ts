import { inspect } from 'node:util';
import { LoggerService } from '@nestjs/common';
import { ServiceLogger } from '../../src/common/logging/service.logger';

/** A record of the audit log, as written. */
export interface AuditLine {
  t: string;
  ts: string;
  actor: { type?: string; _id?: string; username?: string; ip?: string; useragent?: string };
  data: { result: string } & Record<string, unknown>;
}

/** Fields without a value are not written, as in the real log. */
function written(part: unknown): string {
  const isPlain = typeof part === 'object' && !(part instanceof Error);
  return isPlain ? JSON.stringify(part) : inspect(part, { depth: 10 });
}

/** A logger that keeps every line instead of printing it. */
export class LogBook implements LoggerService {
  /** Each line begins with its level and context. */
  readonly lines: string[] = [];
  /** The same as the service prints it in production. */
  readonly printed: string[] = [];

  private readonly real = new ServiceLogger(
    { level: 'info', format: 'json' },
    { write: (line) => this.printed.push(line) },
  );
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

  private writer(
    level: 'log' | 'warn' | 'error' | 'fatal',
  ): (message: unknown, ...rest: unknown[]) => void {
    return (message, ...rest) => {
      this.real[level](message, ...rest);
      const texts = [message, ...rest.slice(0, -1)].map((part) =>
        typeof part === 'string' ? part : written(part),
      );
      this.lines.push(`${level} ${String(rest.at(-1))} ${texts.join(' ')}`);
    };
  }
}
