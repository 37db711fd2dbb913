import { ConsoleLogger, LogLevel } from '@nestjs/common';
import { escapeUnprintableLines } from './printable';

/** Nest's logger, for a log or terminal that obeys nothing of what is written into it, whoever wrote it. */
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
