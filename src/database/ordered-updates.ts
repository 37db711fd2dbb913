import { Model, mongo } from 'mongoose';
import { isDuplicateKey } from '../common/errors/duplicate-key';

export type Updates<T> = Parameters<Model<T>['bulkWrite']>[0];

/**
 * Runs updates in order until one is refused: an upsert whose `_id` exists but whose other conditions fail.
 * @returns the index of the refused update, after which none ran; undefined when all ran
 */
export async function updateInOrder<T>(
  model: Model<T>,
  updates: Updates<T>,
): Promise<number | undefined> {
  try {
    await model.bulkWrite(updates, { ordered: true });
    return undefined;
  } catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError) || !isDuplicateKey(error)) throw error;
    const [refused] = [error.writeErrors].flat();
    if (!refused) throw error;
    return refused.index;
  }
}
