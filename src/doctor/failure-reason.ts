import { isNativeError } from 'node:util/types';
import { mongo } from 'mongoose';
import { isDatabaseUnreachable } from '../common/errors/database-unreachable';
import { OperatorError } from '../common/errors/operator-error';
import { refusalOf } from '../database/connection-failure';

/** The driver's own message may hold a stored value or an address. */
export function failureReason(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  if (isDatabaseUnreachable(error))
    return 'the database does not answer within DATABASE_TIMEOUT_MS';
  if (error instanceof mongo.MongoServerError) return refusalOf(error);
  return isNativeError(error) ? error.name : 'unknown error';
}
