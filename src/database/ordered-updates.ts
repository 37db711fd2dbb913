import { Model, mongo } from 'mongoose';
import { isDuplicateKey } from '../common/errors/duplicate-key';

/** As Mongoose takes them. */
export type Updates<T> = Parameters<Model<T>['bulkWrite']>[0];

/**
 * Sends updates in one command, one after the other until one is refused. An upsert whose filter names a document by its
 * `_id`, and whose other conditions that document does not meet, is refused; a parallel one that is made by the filter a
 * moment earlier has the same effect.
 * @returns the position of the one that was refused, none behind it has been run; undefined when all were
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
