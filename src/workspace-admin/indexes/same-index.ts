import { isDeepStrictEqual } from 'node:util';
import { mongo } from 'mongoose';

/** The options that decide what an index holds and does. */
const DECISIVE = [
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'collation',
  'hidden',
] as const;

/** Whether two indexes have the same fields in the same order and directions. Their names do not count. */
export function hasSameKey(a: mongo.IndexDescription, b: mongo.IndexDescription): boolean {
  return isDeepStrictEqual(keyOf(a), keyOf(b));
}

/** Whether two indexes have the same key and the same decisive options. */
export function isSameIndex(a: mongo.IndexDescription, b: mongo.IndexDescription): boolean {
  return hasSameKey(a, b) && isDeepStrictEqual(decisiveOptions(a), decisiveOptions(b));
}

/** An option that is off counts as absent. */
export function decisiveOptions(index: mongo.IndexDescription): Record<string, unknown> {
  return Object.fromEntries(
    DECISIVE.flatMap((option) => {
      const value: unknown = index[option];
      return value === undefined || value === null || value === false ? [] : [[option, value]];
    }),
  );
}

export function keyOf({ key }: mongo.IndexDescription): [string, unknown][] {
  return key instanceof Map ? [...key] : Object.entries(key);
}
