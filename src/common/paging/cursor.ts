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
  /** What the cursor is bound to, beside its caller: the list, its filter and its sort, as JSON. */
  readonly cursorScope: unknown;
}

/** Longer than any that is handed out, and short enough to be verified. */
const LONGEST = 2000;

/**
 * Signs a position. The key is the secret of the caller's token, which every process derives from the request: no key
 * needs to be stored or shared, and a cursor is of no use to anyone else.
 */
export function writeCursor(secret: string, scope: unknown, position: CursorPosition): string {
  return signed(secret, scope, Buffer.from(JSON.stringify(position)).toString('base64url'));
}

/**
 * @returns undefined at the beginning of a walk, or without one
 * @throws ApiError invalid-cursor if it is of another caller, list, filter or sort, or was tampered with
 */
export function readCursor(
  secret: string,
  { cursor = '', cursorScope }: CursorParameters,
): CursorPosition | undefined {
  if (cursor === '') return undefined;
  const [body = ''] = cursor.split('.', 1);
  // Compared as text, not as bytes: several texts decode to the same bytes.
  const isSigned = cursor.length <= LONGEST && isSame(cursor, signed(secret, cursorScope, body));
  if (!isSigned) throw new ApiError(INVALID_CURSOR);
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as CursorPosition;
}

function signed(secret: string, scope: unknown, body: string): string {
  const text = JSON.stringify(['cursor', scope ?? null, body]);
  return `${body}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
