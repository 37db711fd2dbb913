import { setTimeout as wait } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { isDuplicateKey } from '../common/errors/duplicate-key';

const MAX_RETRIES = 10;
const LONGEST_PAUSE_MS = 50;
/** Some engines run a command as one transaction, which may collide with another one. */
const WRITE_CONFLICT = 112;

export function isConflict(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === WRITE_CONFLICT;
}

/** Repeats what may be repeated: somebody else inserted the same document at this moment, or locked it. */
export async function persistently<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === MAX_RETRIES || !(isDuplicateKey(error) || isConflict(error))) throw error;
      await wait(Math.random() * LONGEST_PAUSE_MS * attempt);
    }
  }
}
