import { mongo } from 'mongoose';

/** Lower than every character of an encoded text, so that a text stands before its continuations. */
const END = '\u0001';
/** Longer texts sort by their beginning, then by session id: an index entry must stay short. */
const LONGEST = 400;

/**
 * A text whose order by bytes is MongoDB's order of the values: nothing, numbers, texts, documents, lists, ids, booleans,
 * dates. Documents and lists sort by their kind alone: nobody writes them where lists sort.
 */
export function encodeForSort(value: unknown): string {
  if (value === undefined || value === null) return '1';
  if (typeof value === 'number') return `2${orderedNumber(value)}`;
  if (typeof value === 'string') return `3${orderedText(value)}`;
  if (Array.isArray(value)) return '5';
  if (value instanceof mongo.ObjectId) return `7${value.toHexString()}`;
  if (typeof value === 'boolean') return value ? '81' : '80';
  if (value instanceof Date) return `9${orderedNumber(value.getTime())}`;
  return '4';
}

/** Where a row stands in the order of one key: the value, then the session id, then the row's own id. */
export function sortPosition(value: unknown, sessionId: string, rowId: string): string {
  return `${encodeForSort(value)}${END}${orderedText(sessionId)}${END}${rowId}`;
}

/** As the database compares texts. */
export function compareTexts(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The lowest three characters are written as two, so that `END` stands below all of them. */
function orderedText(text: string): string {
  return shortened(text).replace(
    /[\u0000-\u0002]/g,
    (character) => `\u0002${String.fromCharCode(character.charCodeAt(0) + 2)}`,
  );
}

/** Never cuts a character in two: BSON cannot hold the half. */
function shortened(text: string): string {
  return text.length <= LONGEST ? text : text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '');
}

/** The bits of a double, which sort as the numbers when the sign is turned round. */
function orderedNumber(value: number): string {
  const bits = Buffer.alloc(8);
  // Not the negative zero.
  bits.writeDoubleBE(value + 0);
  const isNegative = (bits.readUInt8(0) & 0x80) !== 0;
  bits.forEach((byte, i) => {
    bits.writeUInt8(isNegative ? byte ^ 0xff : i === 0 ? byte | 0x80 : byte, i);
  });
  return bits.toString('hex');
}
