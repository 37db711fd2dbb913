import { BSONRegExp, Binary, Double, Long, ObjectId } from 'bson';
import { isNumeric, toNumber, typeName } from './value';
import type { Document, Numeric, TypeName, Value } from './value';

/** MongoDB's order between types. Types of one rank compare by value, all others never match. */
const RANKS: Record<TypeName, number> = {
  minKey: 1,
  null: 5,
  int: 10,
  long: 10,
  double: 10,
  string: 15,
  object: 20,
  array: 25,
  binData: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  regex: 50,
  maxKey: 127,
};

/** The place of the value's type in MongoDB's order between types. A missing value counts as null. */
export function typeRank(value: Value | undefined): number {
  return RANKS[typeName(value ?? null)];
}

/** In an index and in a sort an empty array stands below null. */
export const EMPTY_ARRAY_KEY = '\x04';

/** Stands above every continuation of a key: keys that begin with `k` are in [k, k + ABOVE_ALL). */
export const ABOVE_ALL = '\uffff';

/** How the key of a text ends; within one it does not occur. */
export const TEXT_END = '\0\0';

/**
 * A string that compares (with `<`) as MongoDB compares the values. Equality, sorting and indexes
 * all use it, so they cannot disagree. No key is the beginning of another key, so keys may be
 * joined for compound indexes.
 */
export function orderKey(value: Value | undefined): string {
  return String.fromCharCode(typeRank(value)) + contentKey(value ?? null);
}

/** Negative, zero or positive, as MongoDB orders any two values. */
export function compareValues(a: Value | undefined, b: Value | undefined): number {
  const left = orderKey(a);
  const right = orderKey(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Equality of values as MongoDB sees it: 1 equals 1.0, documents equal in the same field order. */
export function equalValues(a: Value, b: Value): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return typeRank(a) === typeRank(b) && contentKey(a) === contentKey(b);
}

function contentKey(value: Value): string {
  if (typeof value === 'string') return textKey(value);
  if (typeof value === 'boolean') return value ? '\x01' : '\0';
  if (isNumeric(value)) return numericKey(value);
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof Date) return doubleKey(value.getTime());
  if (value instanceof Map) return documentKey(value);
  if (Array.isArray(value)) return value.map((item) => '\x01' + orderKey(item)).join('') + '\0';
  if (value instanceof Binary) return binaryKey(value);
  if (value instanceof BSONRegExp) return textKey(value.pattern) + textKey(value.options);
  return '';
}

/** Documents compare field by field: type, then name, then value. */
function documentKey(document: Document): string {
  let key = '';
  for (const [name, value] of document) {
    key += '\x01' + String.fromCharCode(typeRank(value)) + textKey(name) + contentKey(value);
  }
  return key + '\0';
}

/** Binary data compare by length, then subtype, then bytes. */
function binaryKey(binary: Binary): string {
  const bytes = Buffer.from(binary.value());
  const length = String.fromCharCode(bytes.length >>> 16, bytes.length & 0xffff);
  return length + String.fromCharCode(binary.sub_type) + bytes.toString('latin1');
}

/** Strings compare by their UTF-8 bytes; JavaScript puts surrogates below U+E000, UTF-8 above. */
function textKey(text: string): string {
  const ordered = /[\ud800-\uffff]/.test(text)
    ? text.replace(/[\ud800-\uffff]/g, swapPlanes)
    : text;
  return (ordered.includes('\0') ? ordered.replaceAll('\0', '\0\x01') : ordered) + TEXT_END;
}

function swapPlanes(unit: string): string {
  const code = unit.charCodeAt(0);
  return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800);
}

/**
 * All numbers share one order. A Long beyond 2^53 is not exact as a double: what the rounding took
 * or added (at most 2^9 either way) follows in one more character.
 */
function numericKey(value: Numeric): string {
  const rounded = toNumber(value);
  const rest = value instanceof Long ? Number(value.toBigInt() - BigInt(rounded)) : 0;
  return doubleKey(rounded) + String.fromCharCode(0x8000 + rest);
}

const double = new Float64Array(1);
const words = new Uint16Array(double.buffer);

/** The bits of a double, turned so that they compare as unsigned; NaN below all, -0 as 0. */
function doubleKey(value: number): string {
  if (Number.isNaN(value)) return '\0\0\0\0';
  double[0] = value === 0 ? 0 : value;
  const [low = 0, second = 0, third = 0, high = 0] = words;
  if (high & 0x8000) {
    return String.fromCharCode(high ^ 0xffff, third ^ 0xffff, second ^ 0xffff, low ^ 0xffff);
  }
  return String.fromCharCode(high | 0x8000, third, second, low);
}

/** Whether the value is the number NaN, which no range reaches. */
export function isNaNValue(value: Value | undefined): boolean {
  return value instanceof Double && Number.isNaN(value.value);
}
