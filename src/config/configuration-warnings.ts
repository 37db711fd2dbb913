import { Configuration } from './configuration';

/** What is allowed and yet rarely meant, a line each. */
export function findConfigurationWarnings({ http, database }: Configuration): string[] {
  if (database.timeoutMs <= http.requestTimeoutMs) return [];
  return [
    `DATABASE_TIMEOUT_MS (${database.timeoutMs}) is longer than REQUEST_TIMEOUT_MS (${http.requestTimeoutMs}): ` +
      'the database goes on working for requests that have been answered 503 already',
  ];
}
