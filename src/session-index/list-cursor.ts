import { mongo } from 'mongoose';
import { hashOf } from '../common/crypto/hash-of';
import { CursorPosition, fitsCursor, isMoment } from '../common/paging/cursor';
import { ListPosition, OPAQUE } from './list-position';
import { SessionOrder } from './session-order';
import { encodeForSort } from './sort-position';

/** The position of a row whose values are too long for a cursor: the session document that holds them. */
export interface PositionOfDocument {
  document: unknown;
  /** Of the whole position: the document, or its owner's name, may change meanwhile. */
  hash: string;
}

const OF_DOCUMENT = 'r';
const OBJECT_ID = /^[0-9a-f]{24}$/;
const NOT_FINITE = ['Infinity', '-Infinity', 'NaN'];

export function toCursor(position: ListPosition): CursorPosition {
  const whole = written(position);
  if (fitsCursor(whole)) return whole;
  return [OF_DOCUMENT, ...tagged(position.document), hashOf(whole)];
}

/** @returns undefined for what `toCursor` does not write for this order */
export function fromCursor(
  order: SessionOrder,
  cursor: CursorPosition,
): ListPosition | PositionOfDocument | undefined {
  const [first, ...others] = cursor;
  return first === OF_DOCUMENT ? ofDocument(others) : ofValues(order, cursor);
}

/** Whether a document still stands where it stood. */
export function isSamePosition(position: ListPosition, { hash }: PositionOfDocument): boolean {
  return hashOf(written(position)) === hash;
}

function written({ values, document, sessionId, rowId }: ListPosition): CursorPosition {
  return [...[...values, document].flatMap(tagged), sessionId, rowId];
}

function ofDocument([tag, value, hash, ...more]: CursorPosition): PositionOfDocument | undefined {
  const document = untagged(tag, value);
  const isValid = document !== undefined && typeof hash === 'string' && more.length === 0;
  return isValid ? { document, hash } : undefined;
}

function ofValues(order: SessionOrder, cursor: CursorPosition): ListPosition | undefined {
  const end = 2 * (order.length + 1);
  const [sessionId, rowId] = cursor.slice(end);
  if (cursor.length !== end + 2) return undefined;
  if (typeof sessionId !== 'string' || typeof rowId !== 'string') return undefined;
  const values: unknown[] = [];
  for (let i = 0; i < end; i += 2) {
    const value = untagged(cursor[i], cursor[i + 1]);
    if (value === undefined) return undefined;
    values.push(value);
  }
  const document = values.pop();
  return { values, document, sessionId, rowId };
}

/** JSON knows neither dates nor ids, and not every number. */
function tagged(value: unknown): CursorPosition {
  if (value === undefined || value === null) return ['z', null];
  if (typeof value === 'number') {
    return Number.isFinite(value) ? ['v', value] : ['n', String(value)];
  }
  if (typeof value === 'string' || typeof value === 'boolean') return ['v', value];
  if (value instanceof Date) return ['d', value.getTime()];
  if (value instanceof mongo.ObjectId) return ['i', value.toHexString()];
  return ['o', encodeForSort(value).charAt(0)];
}

/** @returns undefined for what `tagged` does not write */
function untagged(tag: unknown, value: unknown): unknown {
  if (tag === 'z') return value === null ? null : undefined;
  if (tag === 'v') return value ?? undefined;
  if (tag === 'd') return isMoment(value) ? new Date(value) : undefined;
  if (typeof value !== 'string') return undefined;
  if (tag === 'n') return NOT_FINITE.includes(value) ? Number(value) : undefined;
  if (tag === 'i') return OBJECT_ID.test(value) ? new mongo.ObjectId(value) : undefined;
  return tag === 'o' && Object.hasOwn(OPAQUE, value) ? OPAQUE[value] : undefined;
}
