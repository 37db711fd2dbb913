import { Error as MongooseError, mongo } from 'mongoose';
import { OutOfTime } from './out-of-time';

const UNREACHABLE = [
  MongooseError.MongooseServerSelectionError,
  mongo.MongoNetworkError,
  mongo.MongoServerSelectionError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoOperationTimeoutError,
  mongo.MongoClientClosedError,
];

/**
 * Server errors that say "not now" (MongoDB's error codes): time limit, shutting down, nothing acknowledged by a majority
 * yet, no primary, stepping down.
 */
const NOT_NOW = new Set([50, 89, 91, 134, 189, 262, 10107, 11600, 11602, 13435, 13436]);

/** Whether an error means that the database cannot be asked at present, as opposed to a mistake of ours. */
export function isDatabaseUnreachable(thrown: unknown): boolean {
  if (UNREACHABLE.some((type) => thrown instanceof type)) return true;
  // The driver throws this for whatever goes wrong with a batch, and keeps the reason in it.
  if (thrown instanceof mongo.MongoBulkWriteError && thrown.errorResponse instanceof Error) {
    return isDatabaseUnreachable(thrown.errorResponse);
  }
  if (thrown instanceof mongo.MongoServerError) return NOT_NOW.has(Number(thrown.code));
  // The driver keeps this class to itself: no connection of the pool was free in time.
  return (
    // Nothing else that a request waits for takes long.
    thrown instanceof OutOfTime ||
    (thrown instanceof Error && thrown.name === 'MongoWaitQueueTimeoutError')
  );
}
