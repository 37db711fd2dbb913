import { Error as MongooseError, mongo } from 'mongoose';

const UNREACHABLE = [
  MongooseError.MongooseServerSelectionError,
  mongo.MongoNetworkError,
  mongo.MongoServerSelectionError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoOperationTimeoutError,
  mongo.MongoClientClosedError,
];

/** By name, because their classes are not public: no connection free in time; no answer to the request in time. */
const OUT_OF_TIME = new Set(['MongoWaitQueueTimeoutError', 'FST_ERR_HANDLER_TIMEOUT']);

/** Server errors that say "not now" (MongoDB's error codes): time limit, shutting down, no primary, stepping down. */
const NOT_NOW = new Set([50, 89, 91, 189, 262, 10107, 11600, 11602, 13435, 13436]);

/** Whether an error means that the database cannot be asked at present, as opposed to a mistake of ours. */
export function isDatabaseUnreachable(thrown: unknown): boolean {
  if (UNREACHABLE.some((type) => thrown instanceof type)) return true;
  if (thrown instanceof mongo.MongoServerError) return NOT_NOW.has(Number(thrown.code));
  if (!(thrown instanceof Error)) return false;
  if (OUT_OF_TIME.has(thrown.name)) return true;
  // Mongoose refuses a query on a closed connection with a plain MongooseError.
  return (
    thrown instanceof MongooseError && /before initial connection is complete/.test(thrown.message)
  );
}
