import { Model, QueryFilter, UpdateQuery } from 'mongoose';
import { isDuplicateKey } from '../common/errors/duplicate-key';

/**
 * Upserts the document with the filter's `_id` if the rest of the filter, the precondition, holds. One atomic
 * statement.
 * @returns false, with nothing changed, when the document exists and does not meet the precondition
 */
export async function upsertIf<T>(
  model: Model<T>,
  filter: QueryFilter<T>,
  update: UpdateQuery<T>,
): Promise<boolean> {
  try {
    await model.updateOne(filter, update, { upsert: true });
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // Either the precondition fails, or a parallel request inserted the document first: a retry tells.
    return (await model.updateOne(filter, update)).matchedCount === 1;
  }
}
