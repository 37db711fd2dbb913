import { mongo } from 'mongoose';
import { sortValue } from './live-row';
import { SessionOrder, tieDirection } from './session-order';
import { compareTexts, encodeForSort } from './sort-position';

/** Where a walk through a list stands: the last row shown. */
export interface ListPosition {
  /** The values that it is sorted by, one for each key of the order. */
  values: unknown[];
  sessionId: string;
  /** Breaks ties of values and session id in the index. */
  rowId: string;
  /** The `_id` of the session document that the row shows; breaks them where the documents are read. */
  document: unknown;
}

/** A row of a list, from the index or not. */
export interface PlacedRow {
  rowId: string;
  row: { sessionId: string; document: unknown };
}

/** BSON's types by the first character of an encoded value, in the order in which a database sorts them. */
const TYPES: readonly (readonly [string, number[]])[] = [
  ['2', [1, 16, 18, 19]],
  ['3', [2]],
  ['4', [3]],
  ['5', [4]],
  ['6', [5]],
  ['7', [7]],
  ['8', [8]],
  ['9', [9]],
];
/** Values of these kinds are compared by their kind alone. */
export const OPAQUE: Readonly<Record<string, unknown>> = { '4': {}, '5': [] };

/** The position of the last row of a page that came after `previous`. */
export function positionAfter(
  order: SessionOrder,
  page: readonly PlacedRow[],
  previous: ListPosition | undefined,
): ListPosition | undefined {
  const last = page.at(-1);
  return last ? positionOf(order, last) : previous;
}

export function positionOf(order: SessionOrder, { rowId, row }: PlacedRow): ListPosition {
  const { sessionId, document } = row;
  return { values: order.map(([key]) => sortValue(row, key)), sessionId, rowId, document };
}

/** Whether a row comes behind the position, in the order of the index. */
export function isBeyond(order: SessionOrder, row: PlacedRow, position: ListPosition): boolean {
  return comparePositions(order, positionOf(order, row), position) > 0;
}

/** The order of a list in the index, for rows in this process. */
export function compareRows(order: SessionOrder, a: PlacedRow, b: PlacedRow): number {
  return comparePositions(order, positionOf(order, a), positionOf(order, b));
}

/**
 * The condition for rows that come behind a position. Compares values of any type, as a sort does: `$gt` alone compares
 * values of one type.
 * @param unique the path and value that tell rows of the same values and session id apart
 */
export function behind(
  order: SessionOrder,
  { values, sessionId }: ListPosition,
  unique: readonly [path: string, value: unknown],
): mongo.Filter<mongo.Document> {
  const tie = tieDirection(order);
  const keys: (readonly [path: string, direction: 1 | -1, value: unknown])[] = [
    ...order.map(([key, direction], i) => [key, direction, values[i]] as const),
    ['sessionId', tie, sessionId],
    [unique[0], tie, unique[1]],
  ];
  const equal: mongo.Filter<mongo.Document>[] = [];
  const branches = keys.map(([path, direction, value]) => {
    const branch = { $and: [...equal, { $or: further(path, value, direction) }] };
    equal.push({ [path]: value ?? null });
    return branch;
  });
  return { $or: branches };
}

function comparePositions(order: SessionOrder, a: ListPosition, b: ListPosition): number {
  for (const [i, [, direction]] of order.entries()) {
    const difference = compareTexts(encodeForSort(a.values[i]), encodeForSort(b.values[i]));
    if (difference !== 0) return difference * direction;
  }
  const difference = compareTexts(a.sessionId, b.sessionId) || compareTexts(a.rowId, b.rowId);
  return difference * tieDirection(order);
}

function further(path: string, value: unknown, direction: 1 | -1): mongo.Filter<mongo.Document>[] {
  const [kind = '1'] = encodeForSort(value);
  const kinds = TYPES.filter(([other]) => (direction === 1 ? other > kind : other < kind));
  const types = kinds.flatMap(([, numbers]) => numbers);
  const isComparable = value !== null && value !== undefined && !(kind in OPAQUE);
  return [
    // No condition at all would match everything.
    { [path]: { $type: types.length > 0 ? types : [127] } },
    ...(isComparable ? [{ [path]: { [direction === 1 ? '$gt' : '$lt']: value } }] : []),
    ...(direction === -1 && kind !== '1' ? [{ [path]: null }] : []),
  ];
}
