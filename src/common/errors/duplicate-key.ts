import { mongo } from 'mongoose';

/** How a server calls it in the errors of several writes (MongoDB's E11000). */
export const DUPLICATE_KEY = 11000;

/** Whether a unique index refused a write. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;
}
