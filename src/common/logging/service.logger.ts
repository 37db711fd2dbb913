import { PrintableLogger } from './printable.logger';

/** Contexts in which Nest logs an error that it also throws at startup. */
const START_FAILURES: unknown[] = ['ExceptionHandler', 'NestApplication'];
const FRAMEWORK: unknown[] = [
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
];

/** Drops the framework's progress, and its startup errors: the caller receives and logs those. */
export class ServiceLogger extends PrintableLogger {
  constructor({ json }: { json: boolean }) {
    super({ json, logLevels: ['log', 'warn', 'error', 'fatal'] });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!FRAMEWORK.includes(rest.at(-1))) super.log(message, ...rest);
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (!START_FAILURES.includes(rest.at(-1))) super.error(message, ...rest);
  }
}
