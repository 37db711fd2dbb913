import { Int32 } from 'bson';
import { CommandError, notSupported } from '../errors';
import { addNumbers } from '../values/arithmetic';
import { isNumeric, toNumber } from '../values/value';
import type { Numeric, Value } from '../values/value';

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

/** The sum of what is a number. MongoDB carries the rounding of fractions along, so they are refused. */
function sum(): Accumulator {
  let total: Numeric = new Int32(0);
  return {
    add(value) {
      if (!isNumeric(value)) return;
      if (!Number.isInteger(toNumber(value))) throw notSupported('$sum of fractions');
      const next = addNumbers(total, value);
      if (!next) throw new CommandError('Overflow', 'the sum does not fit into a Long');
      total = next;
    },
    result: () => total,
  };
}
