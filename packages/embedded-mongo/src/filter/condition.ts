import { BSONRegExp } from 'bson';
import { compareValues, equalValues, isNaNValue, orderKey, typeRank } from '../values/order';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';
import type { Reached, ValueTest } from './reach';
import { toRegExp } from './regex';

/** What a filter demands of the values at one path. */
export type Condition = (reached: Reached) => boolean;

/** Whether a filter value is a set of operators like `{$gt: 1}`, not a value to compare with. */
export function isOperators(value: Value | undefined): value is Document {
  if (!isDocument(value)) return false;
  const [first] = value.keys();
  return first?.startsWith('$') ?? false;
}

export function all(conditions: readonly Condition[]): Condition {
  const [only] = conditions;
  if (only && conditions.length === 1) return only;
  return (reached) => conditions.every((holds) => holds(reached));
}

export function not(condition: Condition): Condition {
  return (reached) => !condition(reached);
}

/** Equality as `{path: wanted}` means it: null also matches a missing field. */
export function equalTest(wanted: Value): ValueTest {
  if (wanted === null) return (value) => value === null || value === undefined;
  if (typeof wanted === 'string' || typeof wanted === 'boolean') return (value) => value === wanted;
  return (value) => value !== undefined && equalValues(value, wanted);
}

export function equalTo(wanted: Value): Condition {
  const test = equalTest(wanted);
  return (reached) => reached.someLeaf(test);
}

/** Membership in a list of values and regular expressions, at the cost of one look-up. */
export function oneOf(wanted: readonly Value[]): Condition {
  const patterns = wanted.filter((value) => value instanceof BSONRegExp).map(regexTest);
  const keys = new Set(wanted.filter((value) => !(value instanceof BSONRegExp)).map(orderKey));
  const hasNull = wanted.includes(null);
  return (reached) =>
    reached.someLeaf((value) => {
      if (value === undefined) return hasNull;
      return keys.has(orderKey(value)) || patterns.some((test) => test(value));
    });
}

/**
 * Order within one type: a number never compares with a string. Null compares with null (and with
 * a missing field) when the range is closed, NaN with NaN.
 */
export function inOrder(wanted: Value, closed: boolean, sign: 1 | -1): Condition {
  if (wanted === null || isNaNValue(wanted)) return closed ? equalTo(wanted) : () => false;
  const rank = typeRank(wanted);
  const test: ValueTest = (value) => {
    if (value === undefined || typeRank(value) !== rank || isNaNValue(value)) return false;
    const order = compareValues(value, wanted) * sign;
    return order > 0 || (closed && order === 0);
  };
  return (reached) => reached.someLeaf(test);
}

/** A regular expression matches strings, and the very same regular expression. */
export function regexTest(wanted: BSONRegExp): ValueTest {
  const pattern = toRegExp(wanted);
  return (value) =>
    typeof value === 'string'
      ? pattern.test(value)
      : value instanceof BSONRegExp && equalValues(value, wanted);
}

export function matchesRegex(wanted: BSONRegExp): Condition {
  const test = regexTest(wanted);
  return (reached) => reached.someLeaf(test);
}
