import { mongo } from 'mongoose';

/** Whether a unique index refused a write (MongoDB's E11000). */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === 11000;
}
