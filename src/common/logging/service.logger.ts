import { PrintableLogger } from './printable.logger';

/** Where Nest tells of what it throws further while it starts and begins to listen. */
const START_FAILURES: unknown[] = ['ExceptionHandler', 'NestApplication'];
/** Nest's own parts, which tell step by step how they start. */
const FRAMEWORK: unknown[] = [
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
];

/**
 * Says what the service says, and of the framework its warnings: neither its progress, nor why the application could not
 * be made. The caller that makes the application is told, and says it once.
 */
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
