import { Double, Int32, Long } from 'bson';
import { notSupported } from '../errors';
import { isNumeric, toNumber } from '../values/value';
import type { Value } from '../values/value';

/** Collects the values of one field over the documents of a group. */
export interface Accumulator {
  add(value: Value | undefined): void;
  result(): Value;
}

/** The accumulators of `$group`, by name. */
export const accumulators: ReadonlyMap<string, () => Accumulator> = new Map([
  ['$first', first],
  ['$sum', sum],
]);

/** The value in the first document; null where it is missing there. */
function first(): Accumulator {
  let kept: { value: Value } | undefined;
  return {
    add(value) {
      kept ??= { value: value ?? null };
    },
    result: () => kept?.value ?? null,
  };
}

/**
 * The sum of what is a number: a double if one is a double or not even a Long holds the sum. MongoDB carries the rounding
 * of fractions along, so they are refused.
 */
function sum(): Accumulator {
  let total = 0n;
  let isDouble = false;
  let isLong = false;
  return {
    add(value) {
      if (!isNumeric(value)) return;
      if (!Number.isInteger(toNumber(value))) throw notSupported('$sum of fractions');
      total += value instanceof Long ? value.toBigInt() : BigInt(value.value);
      isDouble ||= value instanceof Double;
      isLong ||= value instanceof Long;
    },
    result() {
      if (isDouble || BigInt.asIntN(64, total) !== total) return new Double(Number(total));
      return isLong || BigInt.asIntN(32, total) !== total
        ? Long.fromBigInt(total)
        : new Int32(Number(total));
    },
  };
}
