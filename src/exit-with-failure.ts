import { mongo } from 'mongoose';
import { isDatabaseUnreachable } from './common/errors/database-unreachable';
import { OperatorError } from './common/errors/operator-error';
import { escapeUnprintableLines } from './common/logging/printable';
import { ConfigurationError } from './config/configuration';
import { refusalOf } from './database/connection-failure';

/**
 * Ends a service that could not start, or a command, with 1. What could be expected is said in one line; only what nobody
 * foresaw shows a stack.
 */
export function exitWithFailure(error: unknown): void {
  const words = expected(error);
  const text = words ?? (error instanceof Error ? error.stack : undefined) ?? String(error);
  // A file that was refused, or a database, may have names of anything in it.
  console.error(escapeUnprintableLines(text));
  process.exit(1);
}

function expected(error: unknown): string | undefined {
  if (error instanceof OperatorError || error instanceof ConfigurationError) return error.message;
  if (isDatabaseUnreachable(error)) {
    return 'The database went away, or takes longer than DATABASE_TIMEOUT_MS. Check it, and start again.';
  }
  // Its own message may hold a stored value.
  return error instanceof mongo.MongoServerError ? refusalOf(error) : undefined;
}
