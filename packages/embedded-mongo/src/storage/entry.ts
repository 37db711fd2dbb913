import { decodeDocument } from '../values/decode';
import type { Document } from '../values/value';

/** One stored document. */
export class Entry {
  private decoded: Document | undefined;
  private stored: Buffer;

  /**
   * @param recordId place in the order of insertion, which updates keep: three characters that compare with `<`
   * @param bytes the BSON bytes of the document
   * @param document the same document, if it is already decoded
   */
  constructor(
    readonly recordId: string,
    bytes: Buffer,
    document?: Document,
  ) {
    this.stored = bytes;
    this.decoded = document;
  }

  /** The BSON bytes of the document, as answers carry them. */
  get bytes(): Buffer {
    return this.stored;
  }

  /** The decoded document. Shared with readers, so never changed: an update makes a new one. */
  get document(): Document {
    return (this.decoded ??= decodeDocument(this.stored));
  }

  replace(document: Document, bytes: Buffer): void {
    this.decoded = document;
    this.stored = bytes;
  }
}

const DIGITS = 0x8000;

/** The record id of the n-th document of a collection. */
export function recordId(n: number): string {
  const high = Math.floor(n / (DIGITS * DIGITS));
  return String.fromCharCode(high, Math.floor(n / DIGITS) % DIGITS, n % DIGITS);
}

/** The n of a record id. */
export function recordNumber(id: string): number {
  return (id.charCodeAt(0) * DIGITS + id.charCodeAt(1)) * DIGITS + id.charCodeAt(2);
}
