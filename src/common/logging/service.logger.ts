import { PrintableLogger } from './printable.logger';

/** Where Nest tells of what it throws further while it starts and begins to listen. */
const START_FAILURES: unknown[] = ['ExceptionHandler', 'NestApplication'];

/** Says everything but why the application could not be made: whoever makes it is told, and says it once. */
export class ServiceLogger extends PrintableLogger {
  override error(message: unknown, ...rest: unknown[]): void {
    if (!START_FAILURES.includes(rest.at(-1))) super.error(message, ...rest);
  }
}
