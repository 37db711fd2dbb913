import { isUtf8 } from 'node:buffer';
import { BSONRegExp, Binary, Double, Int32, Long, MaxKey, MinKey, ObjectId } from 'bson';
import { CommandError, notSupported } from '../errors';
import { NameCache } from './name-cache';
import type { Document, Value } from './value';

/** Levels of nesting MongoDB accepts in a stored document. */
export const MAX_DEPTH = 180;

/** Bytes that are no BSON at all: the peer cannot be trusted with the rest of the stream. */
export class MalformedBsonError extends Error {}

/** Binary subtype 2 carries a second length, which no driver of today writes. */
const OLD_BINARY = 2;
/** The last millisecond, either way, that a JavaScript Date can hold. */
const LAST_DATE = 8.64e15;

/** Types of the BSON specification that MongoDB stores and this engine refuses. */
const REFUSED_TYPES = new Map([
  [0x06, 'undefined'],
  [0x0c, 'dbPointer'],
  [0x0d, 'javascript'],
  [0x0e, 'symbol'],
  [0x0f, 'javascriptWithScope'],
  [0x11, 'timestamp'],
  [0x13, 'decimal'],
]);

/**
 * Decodes one BSON document and keeps every type apart, so that encoding it again gives the same
 * bytes.
 * @throws MalformedBsonError for bytes that are not BSON
 * @throws CommandError for BSON this engine does not take
 */
export function decodeDocument(bytes: Buffer): Document {
  const reader = new Reader(bytes);
  const document = reader.document(1);
  if (reader.offset !== bytes.length) throw new MalformedBsonError('bytes after the document');
  return document;
}

const names = new NameCache((bytes) => decodeText(bytes, 0, bytes.length));

/** @throws CommandError BadValue for bytes that are not UTF-8 */
function decodeText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  // Node replaces what is not UTF-8; two different broken strings would then look the same.
  if (text.includes('\ufffd') && !isUtf8(bytes.subarray(start, end))) {
    throw new CommandError('BadValue', 'a string is not valid UTF-8');
  }
  return text;
}

class Reader {
  offset = 0;

  constructor(private readonly bytes: Buffer) {}

  document(depth: number): Document {
    const document: Document = new Map<string, Value>();
    this.elements(depth, (name, value) => {
      if (document.has(name)) {
        throw new CommandError('BadValue', `the field name '${name}' appears twice in a document`);
      }
      document.set(name, value);
    });
    return document;
  }

  private array(depth: number): Value[] {
    const array: Value[] = [];
    this.elements(depth, (_name, value) => array.push(value));
    return array;
  }

  private elements(depth: number, take: (name: string, value: Value) => void): void {
    if (depth > MAX_DEPTH) {
      throw new CommandError('Overflow', `BSON nested deeper than ${MAX_DEPTH} levels`);
    }
    const start = this.offset;
    const end = start + this.length(5);
    for (;;) {
      const type = this.byte();
      if (type === 0) break;
      const name = this.cstring();
      take(name, this.value(type, depth));
    }
    if (this.offset !== end) throw new MalformedBsonError('document of another length than stated');
  }

  private value(type: number, depth: number): Value {
    switch (type) {
      case 0x01:
        return new Double(this.bytes.readDoubleLE(this.skip(8)));
      case 0x02:
        return this.string();
      case 0x03:
        return this.document(depth + 1);
      case 0x04:
        return this.array(depth + 1);
      case 0x05:
        return this.binary();
      case 0x07:
        return new ObjectId(Uint8Array.from(this.slice(12)));
      case 0x08:
        return this.byte() !== 0;
      case 0x09:
        return this.date();
      case 0x0a:
        return null;
      case 0x0b:
        return new BSONRegExp(this.cstring(), this.cstring());
      case 0x10:
        return new Int32(this.bytes.readInt32LE(this.skip(4)));
      case 0x12:
        return Long.fromBigInt(this.bytes.readBigInt64LE(this.skip(8)));
      case 0x7f:
        return new MaxKey();
      case 0xff:
        return new MinKey();
      default:
        return this.refuse(type);
    }
  }

  private refuse(type: number): never {
    const name = REFUSED_TYPES.get(type);
    if (name === undefined) throw new MalformedBsonError(`unknown BSON type ${type}`);
    throw notSupported(`the BSON type ${name}`);
  }

  /** Two halves: a BigInt for each date of a collection would cost more than all the rest. */
  private date(): Date {
    const at = this.skip(8);
    const milliseconds = this.bytes.readInt32LE(at + 4) * 2 ** 32 + this.bytes.readUInt32LE(at);
    if (Math.abs(milliseconds) > LAST_DATE) throw notSupported('a date beyond the year 275760');
    return new Date(milliseconds);
  }

  private binary(): Binary {
    const length = this.length(0);
    const subtype = this.byte();
    if (subtype === OLD_BINARY) throw notSupported('binary data of subtype 2');
    return new Binary(Uint8Array.from(this.slice(length)), subtype);
  }

  private string(): string {
    const length = this.length(1);
    const start = this.skip(length);
    const end = start + length - 1;
    if (this.bytes[end] !== 0) throw new MalformedBsonError('string without an end');
    return decodeText(this.bytes, start, end);
  }

  private cstring(): string {
    const start = this.offset;
    let hash = 0;
    for (let at = start; at < this.bytes.length; at++) {
      const byte = this.bytes[at] ?? 0;
      if (byte === 0) {
        this.offset = at + 1;
        return names.find(this.bytes, start, at, hash);
      }
      hash = (hash * 31 + byte) | 0;
    }
    throw new MalformedBsonError('name without an end');
  }

  /** A length prefix; at least `minimum`, and never beyond the end of the bytes. */
  private length(minimum: number): number {
    const at = this.skip(4);
    const length = this.bytes.readInt32LE(at);
    if (length < minimum || at + length > this.bytes.length) {
      throw new MalformedBsonError(`impossible length ${length}`);
    }
    return length;
  }

  private byte(): number {
    return this.bytes.readUInt8(this.skip(1));
  }

  private slice(length: number): Buffer {
    const start = this.skip(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Moves on by `length` bytes and returns where they begin. */
  private skip(length: number): number {
    const start = this.offset;
    if (start + length > this.bytes.length) throw new MalformedBsonError('unexpected end');
    this.offset = start + length;
    return start;
  }
}
