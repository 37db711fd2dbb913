import type { Document } from '../values/value';

/** One stored document. */
export interface Entry {
  /** Place in the order of insertion, which updates keep: three characters that compare with `<`. */
  readonly recordId: string;
  /** The decoded document. Shared with readers, so never changed: an update makes a new one. */
  document: Document;
  /** The BSON bytes of the document, as answers carry them. */
  bytes: Buffer;
}

const DIGITS = 0x8000;

/** The record id of the n-th document of a collection. */
export function recordId(n: number): string {
  const high = Math.floor(n / (DIGITS * DIGITS));
  return String.fromCharCode(high, Math.floor(n / DIGITS) % DIGITS, n % DIGITS);
}
