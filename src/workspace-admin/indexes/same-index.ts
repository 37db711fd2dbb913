import { isDeepStrictEqual } from 'node:util';
import { mongo } from 'mongoose';

/** The options that decide what an index holds and does; whatever else an engine reports about it does not. */
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

/** Whether two indexes do the same: the same key, and the same options that matter. */
export function isSameIndex(a: mongo.IndexDescription, b: mongo.IndexDescription): boolean {
  return hasSameKey(a, b) && isDeepStrictEqual(decisiveOptions(a), decisiveOptions(b));
}

/** The options of an index that decide what it does; an option that is off is as good as absent. */
export function decisiveOptions(index: mongo.IndexDescription): Record<string, unknown> {
  return Object.fromEntries(
    DECISIVE.flatMap((option) => {
      const value: unknown = index[option];
      return value === undefined || value === null || value === false ? [] : [[option, value]];
    }),
  );
}

/** Fields and directions in their order. */
export function keyOf({ key }: mongo.IndexDescription): [string, unknown][] {
  return key instanceof Map ? [...key] : Object.entries(key);
}
