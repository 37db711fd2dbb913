import { Double, Int32, Long } from 'bson';
import { toNumber } from './value';
import type { Numeric } from './value';

const INT32_LIMIT = 2n ** 31n;
const INT64_LIMIT = 2n ** 63n;

/**
 * The sum, in the type MongoDB gives it: a double if one is a double, else the smallest integer
 * type that holds both types and the sum; undefined when not even a Long does.
 */
export function addNumbers(a: Numeric, b: Numeric): Numeric | undefined {
  if (a instanceof Double || b instanceof Double) return new Double(toNumber(a) + toNumber(b));
  const sum = toBigInt(a) + toBigInt(b);
  if (sum < -INT64_LIMIT || sum >= INT64_LIMIT) return undefined;
  const isInt = a instanceof Int32 && b instanceof Int32;
  return isInt && sum >= -INT32_LIMIT && sum < INT32_LIMIT
    ? new Int32(Number(sum))
    : Long.fromBigInt(sum);
}

function toBigInt(value: Int32 | Long): bigint {
  return value instanceof Long ? value.toBigInt() : BigInt(value.value);
}
