import { LogLevel } from '@nestjs/common';
import { PrintableLogger } from '../common/logging/printable.logger';

/**
 * Says everything on standard error: what a command prints on standard output may be data. No errors: whatever is
 * thrown while a command starts is told by `runCommand`, and by Nest as well.
 */
export class StderrLogger extends PrintableLogger {
  constructor() {
    super({ logLevels: ['warn', 'fatal'] });
  }

  protected override printMessages(
    messages: unknown[],
    context?: string,
    logLevel?: LogLevel,
  ): void {
    super.printMessages(messages, context, logLevel, 'stderr');
  }
}
