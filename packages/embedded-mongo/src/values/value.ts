import { BSONRegExp, Binary, Double, Int32, Long, MaxKey, MinKey, ObjectId } from 'bson';

/** A number with its BSON type. They compare by value, and are stored and returned as they came. */
export type Numeric = Int32 | Double | Long;

/** Every BSON value this engine stores. `undefined` beside it always means: the field is missing. */
export type Value =
  | null
  | boolean
  | string
  | Numeric
  | Date
  | ObjectId
  | Binary
  | BSONRegExp
  | MinKey
  | MaxKey
  | Value[]
  | Document;

/**
 * A BSON document. A Map, because field names come from outside: `__proto__` is a name like any
 * other, and names that look like numbers keep their place.
 */
export type Document = Map<string, Value>;

export type TypeName =
  | 'minKey'
  | 'null'
  | 'int'
  | 'long'
  | 'double'
  | 'string'
  | 'object'
  | 'array'
  | 'binData'
  | 'objectId'
  | 'bool'
  | 'date'
  | 'regex'
  | 'maxKey';

/** The name MongoDB gives the type of a value in `$type` and in its messages. */
export function typeName(value: Value): TypeName {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof Map) return 'object';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Int32) return 'int';
  if (value instanceof Double) return 'double';
  if (value instanceof Long) return 'long';
  if (value instanceof Date) return 'date';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Binary) return 'binData';
  if (value instanceof BSONRegExp) return 'regex';
  return value instanceof MinKey ? 'minKey' : 'maxKey';
}

export function isDocument(value: Value | undefined): value is Document {
  return value instanceof Map;
}

export function isNumeric(value: Value | undefined): value is Numeric {
  return value instanceof Int32 || value instanceof Double || value instanceof Long;
}

/** The value as a JavaScript number; a Long beyond 2^53 is rounded. */
export function toNumber(value: Numeric): number {
  return value instanceof Long ? value.toNumber() : value.value;
}

/** MongoDB's truth: everything but `false`, zero, null and a missing value. */
export function isTruthy(value: Value | undefined): boolean {
  if (isNumeric(value)) return toNumber(value) !== 0;
  return value !== undefined && value !== null && value !== false;
}
