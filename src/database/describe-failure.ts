import { isNativeError } from 'node:util/types';
import { mongo } from 'mongoose';
import { isDatabaseUnreachable } from '../common/errors/database-unreachable';
import { OperatorError } from '../common/errors/operator-error';
import { escapeUnprintableLines } from '../common/logging/printable';
import { ConfigurationError } from '../config/configuration-error';
import { refusalOf } from './connection-failure';

/** Expected errors get one line, others a stack. Escaped, since names in a database can hold anything. */
export function describeFailure(error: unknown): string {
  const text = expected(error) ?? (isNativeError(error) ? error.stack : undefined);
  return escapeUnprintableLines(text ?? String(error));
}

function expected(error: unknown): string | undefined {
  if (error instanceof OperatorError || error instanceof ConfigurationError) return error.message;
  if (isDatabaseUnreachable(error)) {
    return 'The database went away, or takes longer than DATABASE_TIMEOUT_MS. Check it, and start again.';
  }
  // Its message may hold a stored value.
  return error instanceof mongo.MongoServerError ? refusalOf(error) : undefined;
}
