import { Logger } from '@nestjs/common';
import { Configuration } from './configuration';

/** Settings that are allowed but rarely intended, one line each. */
export function findConfigurationWarnings({ http, database }: Configuration): string[] {
  if (database.timeoutMs <= http.requestTimeoutMs) return [];
  return [
    `DATABASE_TIMEOUT_MS (${database.timeoutMs}) is longer than REQUEST_TIMEOUT_MS (${http.requestTimeoutMs}): ` +
      'the database keeps working on requests that were already answered 503',
  ];
}

/** Logs each of them. */
export function warnOfConfiguration(configuration: Configuration): void {
  const logger = new Logger('Configuration');
  for (const warning of findConfigurationWarnings(configuration)) logger.warn(`${warning}.`);
}
