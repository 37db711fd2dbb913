import { PrintableLogger } from './printable.logger';

/** Where Nest tells of what it throws further while it starts. */
const START_FAILURES = 'ExceptionHandler';

/** Says everything but why the application could not be made: whoever makes it is told, and says it once. */
export class ServiceLogger extends PrintableLogger {
  override error(message: unknown, ...rest: unknown[]): void {
    if (rest.at(-1) !== START_FAILURES) super.error(message, ...rest);
  }
}
