import { ConsoleLogger, LogLevel } from '@nestjs/common';
import { escapeUnprintableLines } from './printable';

/** Nest's logger, with everything escaped that could forge a log line or control a terminal. */
export class PrintableLogger extends ConsoleLogger {
  protected override printMessages(
    messages: unknown[],
    context?: string,
    logLevel?: LogLevel,
    writeStreamType?: 'stdout' | 'stderr',
    errorStack?: unknown,
  ): void {
    const printable = messages.map((message) =>
      typeof message === 'string' ? escapeUnprintableLines(message) : message,
    );
    super.printMessages(printable, context, logLevel, writeStreamType, errorStack);
  }
}
