import { ApiError } from '../common/errors/api-error';
import { SessionOrder, SORT_KEYS, SortKey } from '../session-index/session-order';
import { INVALID_SORT_KEYS, invalidSort } from './session.problems';

const NEWEST_FIRST: SessionOrder = [['loginAt', -1]];

/**
 * Reads `sort`: a JSON object of keys to 1 or -1. The default, also for an empty object, is newest first.
 * @throws ApiError invalid-sort, invalid-sort-keys
 */
export function parseOrder(sort: string | undefined): SessionOrder {
  if (sort === undefined) return NEWEST_FIRST;
  const entries = Object.entries(parseObject(sort));
  if (!entries.every(([key]) => isSortKey(key))) throw new ApiError(INVALID_SORT_KEYS);
  if (!entries.every(([, direction]) => direction === 1 || direction === -1)) {
    throw new ApiError(invalidSort(sort));
  }
  return entries.length > 0 ? (entries as [SortKey, 1 | -1][]) : NEWEST_FIRST;
}

function parseObject(sort: string): object {
  try {
    const value: unknown = JSON.parse(sort);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Falls through to the refusal below.
  }
  throw new ApiError(invalidSort(sort));
}

function isSortKey(key: string): key is SortKey {
  return SORT_KEYS.some((known) => known === key);
}
