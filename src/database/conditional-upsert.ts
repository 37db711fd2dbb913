import { Model, QueryFilter, UpdateQuery } from 'mongoose';
import { isDuplicateKey } from '../common/errors/duplicate-key';

/**
 * Makes or changes the one document that a filter names by its `_id`, if the rest of the filter lets it: the filter is
 * the precondition, and one atomic statement judges it.
 * @returns false when the document exists and does not meet the precondition; nothing has changed then
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
    // The document exists. Either it refuses, or a parallel request made it a moment ago: ask once more to tell.
    return (await model.updateOne(filter, update)).matchedCount === 1;
  }
}
