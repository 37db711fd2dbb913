import { mongo } from 'mongoose';
import { CursorPosition } from '../common/paging/cursor';
import { sortValue } from './live-row';
import { SessionOrder, tieDirection } from './session-order';
import { compareTexts, encodeForSort } from './sort-position';

/** Where a walk through a list stands: the last row shown. */
export interface ListPosition {
  /** The values that it is sorted by, one for each key of the order. */
  values: unknown[];
  sessionId: string;
  /** The ids of the rows of exactly these values and this session id that have been shown. */
  shown: string[];
}

/** A row of a list, from the index or not. */
export interface PlacedRow {
  rowId: string;
  row: { sessionId: string };
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
const OPAQUE: Record<string, unknown> = { '4': {}, '5': [] };
const MAX_SHOWN = 20;

/** The position of the last row of a page that came after `previous`. */
export function positionAfter(
  order: SessionOrder,
  page: readonly PlacedRow[],
  previous: ListPosition | undefined,
): ListPosition | undefined {
  const last = page.at(-1);
  if (!last) return previous;
  const place = placeOf(order, last.row);
  const tied = page.filter(({ row }) => isSame(placeOf(order, row), place));
  const before = previous && isSame(previous, place) ? previous.shown : [];
  return {
    ...place,
    shown: [...before, ...tied.map(({ rowId }) => rowId)].slice(-MAX_SHOWN),
  };
}

/** Whether a row comes behind the position. */
export function isBeyond(
  order: SessionOrder,
  { rowId, row }: PlacedRow,
  position: ListPosition,
): boolean {
  const difference = comparePlaces(order, placeOf(order, row), position);
  return difference > 0 || (difference === 0 && !position.shown.includes(rowId));
}

/** The order of a list, for rows in this process. */
export function compareRows(order: SessionOrder, a: PlacedRow, b: PlacedRow): number {
  return (
    comparePlaces(order, placeOf(order, a.row), placeOf(order, b.row)) ||
    compareTexts(a.rowId, b.rowId) * tieDirection(order)
  );
}

/**
 * The condition for rows that come behind a position, or share it. Compares values of any type, as a sort does: `$gt`
 * alone compares values of one type.
 */
export function behind(order: SessionOrder, position: ListPosition): mongo.Filter<mongo.Document> {
  const branches: mongo.Filter<mongo.Document>[] = [];
  const equal: mongo.Filter<mongo.Document>[] = [];
  order.forEach(([key, direction], i) => {
    const value = position.values[i];
    branches.push({ $and: [...equal, { $or: further(key, value, direction) }] });
    equal.push({ [key]: value ?? null });
  });
  const sessionId = { [tieDirection(order) === 1 ? '$gte' : '$lte']: position.sessionId };
  branches.push({ $and: [...equal, { sessionId }] });
  return { $or: branches };
}

export function toCursor({ values, sessionId, shown }: ListPosition): CursorPosition {
  return [...values.flatMap(tagged), sessionId, ...shown];
}

/** @param cursor of the same order */
export function fromCursor(order: SessionOrder, cursor: CursorPosition): ListPosition {
  const end = order.length * 2;
  const values = order.map((_, i) => untagged(cursor[i * 2], cursor[i * 2 + 1]));
  return {
    values,
    sessionId: String(cursor[end]),
    shown: cursor.slice(end + 1).map(String),
  };
}

type Place = Pick<ListPosition, 'values' | 'sessionId'>;

function placeOf(order: SessionOrder, row: { sessionId: string }): Place {
  return { values: order.map(([key]) => sortValue(row, key)), sessionId: row.sessionId };
}

function isSame(a: Place, b: Place): boolean {
  return (
    a.sessionId === b.sessionId &&
    a.values.every((value, i) => encodeForSort(value) === encodeForSort(b.values[i]))
  );
}

function comparePlaces(order: SessionOrder, a: Place, b: Place): number {
  for (const [i, [, direction]] of order.entries()) {
    const difference = compareTexts(encodeForSort(a.values[i]), encodeForSort(b.values[i]));
    if (difference !== 0) return difference * direction;
  }
  return compareTexts(a.sessionId, b.sessionId) * tieDirection(order);
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

function tagged(value: unknown): CursorPosition {
  if (value === undefined || value === null) return ['z', null];
  if (['string', 'number', 'boolean'].includes(typeof value)) return ['v', value as string];
  if (value instanceof Date) return ['d', value.getTime()];
  if (value instanceof mongo.ObjectId) return ['i', value.toHexString()];
  return ['o', encodeForSort(value).charAt(0)];
}

function untagged(tag: unknown, value: unknown): unknown {
  if (tag === 'd') return new Date(Number(value));
  if (tag === 'i') return new mongo.ObjectId(String(value));
  if (tag === 'o') return OPAQUE[String(value)];
  return value;
}
