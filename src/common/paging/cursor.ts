import { createHmac } from 'node:crypto';
import { isSame } from '../crypto/is-same';
import { ApiError } from '../errors/api-error';
import { INVALID_CURSOR } from './cursor.problems';

/** Where the next page begins: the sort values of the last row shown. */
export type CursorPosition = readonly (string | number | boolean | null)[];

/** Parameters of a route that walks a list by a keyset (contract §8). */
export interface CursorParameters {
  /** Empty begins a walk; undefined is no walk. */
  cursor?: string | undefined;
  /** What the cursor is bound to, beside its caller: the route, its filter and its sort, as JSON. */
  readonly cursorScope: unknown;
  /** Whether a position has the form that this route writes: the holder of a token can sign any. */
  isPosition(position: CursorPosition): boolean;
}

/** With what a request carries beside it, well below what a server or a proxy reads. */
const LONGEST = 2000;
/** Its body; base64 is a third longer, and the signature has 43 characters. */
const LONGEST_BODY = 1400;
/** The latest moment that a `Date` can be, in milliseconds; the earliest is as far before 1970. */
const LATEST_MOMENT = 8.64e15;

/**
 * Signs a position. The key is the secret of the caller's token, which every process derives from the request: no key
 * needs to be stored or shared, and a cursor is of no use to anyone else.
 */
export function writeCursor(secret: string, scope: unknown, position: CursorPosition): string {
  return signed(secret, scope, Buffer.from(JSON.stringify(position)).toString('base64url'));
}

/**
 * @returns undefined at the beginning of a walk, or without one
 * @throws ApiError invalid-cursor if it is of another caller, route, filter or sort, was tampered with, or says anything
 *   but a position
 */
export function readCursor(
  secret: string,
  parameters: CursorParameters,
): CursorPosition | undefined {
  const { cursor = '', cursorScope } = parameters;
  if (cursor === '') return undefined;
  const [body = ''] = cursor.split('.', 1);
  // Compared as text, not as bytes: several texts decode to the same bytes.
  const isSigned = cursor.length <= LONGEST && isSame(cursor, signed(secret, cursorScope, body));
  const position = isSigned ? positionIn(body) : undefined;
  if (!position || !parameters.isPosition(position)) throw new ApiError(INVALID_CURSOR);
  return position;
}

/** Whether a position is short enough for a cursor. */
export function fitsCursor(position: CursorPosition): boolean {
  return Buffer.byteLength(JSON.stringify(position)) <= LONGEST_BODY;
}

/** A moment as a position holds it: in milliseconds. */
export function isMoment(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= LATEST_MOMENT;
}

/** The position in a list by time: a moment, and the id of what has it. */
export function isMomentAndId(position: CursorPosition): position is readonly [number, string] {
  const [moment, id] = position;
  return position.length === 2 && isMoment(moment) && typeof id === 'string';
}

function positionIn(body: string): CursorPosition | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body, 'base64url').toString());
    return Array.isArray(value) && value.every(isPlain) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPlain(value: unknown): value is CursorPosition[number] {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function signed(secret: string, scope: unknown, body: string): string {
  const text = JSON.stringify(['cursor', scope ?? null, body]);
  return `${body}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
