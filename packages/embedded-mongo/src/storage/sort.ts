import { CommandError, notSupported } from '../errors';
import { isArrayIndex, parsePath } from '../values/path';
import type { Path } from '../values/path';
import { isNumeric, toNumber } from '../values/value';
import type { Document } from '../values/value';
import { fieldKeys } from './field-keys';

/** One field of a sort: its path, and 1 for ascending or -1 for descending. */
export interface SortField {
  name: string;
  path: Path;
  direction: 1 | -1;
}

/**
 * Reads a sort such as `{a: 1, b: -1}`.
 * @throws CommandError 15974 or 15975 for another value than 1 and -1
 */
export function parseSort(sort: Document): SortField[] {
  return [...sort].map(([name, value]) => {
    if (!isNumeric(value)) {
      throw new CommandError(15974, `Illegal key in $sort specification: ${name}`);
    }
    const direction = toNumber(value);
    if (direction !== 1 && direction !== -1) {
      throw new CommandError(
        15975,
        '$sort key ordering must be 1 (for ascending) or -1 (for descending)',
      );
    }
    const path = parsePath(name);
    if (path.some((part) => part === '' || part.startsWith('$'))) {
      throw new CommandError('BadValue', `Illegal field name in sort: ${name}`);
    }
    if (path.some(isArrayIndex)) throw notSupported(`sorting by an array position, '${name}'`);
    return { name, path, direction };
  });
}

/** Sorts by a document's fields. Items that are equal in all of them keep their order. */
export function sortBy<T>(
  items: readonly T[],
  documentOf: (item: T) => Document,
  sort: readonly SortField[],
): T[] {
  const rows = items.map((item) => ({
    item,
    keys: sort.map((field) => sortKey(documentOf(item), field)),
  }));
  rows.sort((a, b) => {
    for (const [index, { direction }] of sort.entries()) {
      const left = a.keys[index] ?? '';
      const right = b.keys[index] ?? '';
      if (left !== right) return left < right ? -direction : direction;
    }
    return 0;
  });
  return rows.map((row) => row.item);
}

/** Of an array the smallest element counts when ascending, the largest when descending. */
function sortKey(document: Document, { path, direction }: SortField): string {
  let best: string | undefined;
  for (const key of fieldKeys(document, path).values.keys()) {
    if (best === undefined || (direction === 1 ? key < best : key > best)) best = key;
  }
  return best ?? '';
}
