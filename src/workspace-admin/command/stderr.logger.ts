import { ConsoleLogger, LogLevel } from '@nestjs/common';
import { escapeUnprintableLines } from '../../common/logging/printable';

const LEVEL_WIDTH = 7;

/** Logs to standard error, because standard output may be data. Not errors: `runCli` reports those. */
export class StderrLogger extends ConsoleLogger {
  constructor(private readonly output: NodeJS.WritableStream) {
    super({ logLevels: ['warn', 'fatal'] });
  }

  protected override printMessages(
    messages: unknown[],
    context = '',
    logLevel: LogLevel = 'log',
  ): void {
    for (const message of messages) {
      const text = this.formatMessage(
        logLevel,
        typeof message === 'string' ? escapeUnprintableLines(message) : message,
        this.formatPid(process.pid),
        logLevel.toUpperCase().padStart(LEVEL_WIDTH, ' '),
        this.formatContext(context),
        this.updateAndGetTimestampDiff(),
      );
      this.output.write(text);
    }
  }
}
