import { LoggerService } from '@nestjs/common';
import { pino } from 'pino';
import { LineSink } from './line.sink';
import { LOG_LEVELS, LogFormat, LogLevel } from './log-level';
import { escapeUnprintable } from './printable';
import { textLine } from './text-line';

/** Contexts in which Nest logs an error that it also throws at startup. */
const START_FAILURES: unknown[] = ['ExceptionHandler', 'NestApplication'];
const FRAMEWORK: unknown[] = [
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
];
/** Its lines are written at every level: an operator who wants a quiet log still needs the trail. */
const AUDIT = 'Audit';

const STDOUT = 1;
const STACK_FRAME = /^\s+at /;

export interface LogSettings {
  level: LogLevel;
  format: LogFormat;
}

/** Fields beside the message, such as `request_id`. */
export type LogFields = Record<string, unknown>;

/**
 * Nest's logger: one line of JSON or text an entry, everything escaped that could forge a line or control a terminal.
 * A message is text, or an object of fields; plain objects behind it are further fields.
 * Drops the framework's progress, and its startup errors: the caller receives and logs those.
 */
export class ServiceLogger implements LoggerService {
  private readonly pino;
  private readonly urgency: number;

  constructor(
    { level, format }: LogSettings,
    destination: Pick<LineSink, 'write'>,
    /** Fields that come from where an entry is written, such as its trace. */
    private readonly surroundings?: () => LogFields | undefined,
  ) {
    this.urgency = LOG_LEVELS.indexOf(level);
    const print = format === 'json' ? escapeUnprintableJson : textLine;
    this.pino = pino(
      {
        level: 'debug',
        base: { 'process.pid': process.pid },
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      {
        write: (line) => {
          destination.write(print(line));
        },
      },
    );
  }

  /** Writes to stdout; what waits is written when the process exits. */
  static toStdout(
    settings: LogSettings,
    surroundings?: () => LogFields | undefined,
  ): ServiceLogger {
    // Makes a pipe non-blocking. A reader that goes away is no reason to end.
    process.stdout.on('error', () => undefined);
    const sink = new LineSink(STDOUT, (count) => lossLine(settings.format, count));
    process.on('exit', sink.flushAtExit);
    return new ServiceLogger(settings, sink, surroundings);
  }

  log(message: unknown, ...rest: unknown[]): void {
    if (!FRAMEWORK.includes(rest.at(-1))) this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (!START_FAILURES.includes(rest.at(-1))) this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest puts the context last, and a stack before it. */
  private write(level: LogLevel, message: unknown, rest: unknown[]): void {
    const last = rest.at(-1);
    const context = typeof last === 'string' ? last : undefined;
    if (LOG_LEVELS.indexOf(level) > this.urgency && context !== AUDIT) return;
    const fields: LogFields = { context };
    for (const part of rest.slice(0, context === undefined ? undefined : -1)) {
      if (typeof part === 'string') fields['exception.stacktrace'] = framesOf(part);
      else if (typeof part === 'object') Object.assign(fields, part);
    }
    Object.assign(fields, this.surroundings?.());
    if (context === AUDIT && isFields(message)) {
      // Nested, so that it can be searched as it is stored.
      fields.audit = message;
      this.pino[level](fields, String(message.t));
    } else if (message instanceof Error) this.pino[level](fields, describe(message));
    else if (isFields(message)) this.pino[level](Object.assign(fields, message));
    else this.pino[level](fields, String(message));
  }
}

/** A line that tells how many are missing, of the service's own shape. */
function lossLine(format: LogFormat, count: number): string {
  let line = '';
  const logger = new ServiceLogger({ level: 'warn', format }, { write: (text) => (line = text) });
  logger.warn('Log lines were lost: the reader of stdout is too slow or gone.', { count }, 'Log');
  return line;
}

/** Invisible characters are escaped as JSON does; most lines have none, and need only to be looked through. */
function escapeUnprintableJson(line: string): string {
  const text = line.slice(0, -1);
  return /[^\x20-\x7e]/.test(text) ? `${escapeUnprintable(text)}\n` : line;
}

function isFields(value: unknown): value is LogFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An error's message may hold what a client or the database sent. */
function describe({ name, message, stack = '' }: Error): string {
  return [name, framesOf(stack.replace(message, ''))].filter(Boolean).join('\n');
}

function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => STACK_FRAME.test(line))
    .join('\n');
}
