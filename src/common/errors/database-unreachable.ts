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

/** Transient server errors: time limit, shutdown, no majority yet, no primary, stepping down. */
const NOT_NOW = new Set([50, 89, 91, 134, 189, 262, 10107, 11600, 11602, 13435, 13436]);

/**
 * While the driver waits to write, it passes on a socket's error as it is. A client that breaks off its request is
 * `ECONNRESET` too, but of no system call.
 */
const SOCKET_FAILURES = ['ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'];

function isSocketFailure(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || !('code' in thrown)) return false;
  const code = String(thrown.code);
  return code === 'EPIPE' || ('syscall' in thrown && SOCKET_FAILURES.includes(code));
}

/** Whether the database is currently unreachable, as opposed to a bug. */
export function isDatabaseUnreachable(thrown: unknown): boolean {
  if (UNREACHABLE.some((type) => thrown instanceof type)) return true;
  // The driver wraps every batch failure in this.
  if (thrown instanceof mongo.MongoBulkWriteError && thrown.errorResponse instanceof Error) {
    return isDatabaseUnreachable(thrown.errorResponse);
  }
  if (thrown instanceof mongo.MongoServerError) return NOT_NOW.has(Number(thrown.code));
  // `MongoWaitQueueTimeoutError` is not exported: no pooled connection was free in time.
  return (
    thrown instanceof OutOfTime ||
    isSocketFailure(thrown) ||
    (thrown instanceof Error && thrown.name === 'MongoWaitQueueTimeoutError')
  );
}
