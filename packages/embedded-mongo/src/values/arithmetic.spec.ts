import { Double, Int32, Long } from 'bson';
import { addNumbers } from './arithmetic';
import type { Numeric } from './value';

describe('addition', () => {
  it.each<[string, Numeric, Numeric, Numeric | undefined]>([
    ['of two ints is an int', new Int32(2), new Int32(3), new Int32(5)],
    [
      'of ints that outgrow 32 bits is a Long',
      new Int32(2 ** 31 - 1),
      new Int32(1),
      Long.fromNumber(2 ** 31),
    ],
    ['with a Long stays a Long', Long.fromNumber(2), new Int32(3), Long.fromNumber(5)],
    ['with a double is a double', new Int32(2), new Double(3), new Double(5)],
    ['beyond 64 bits is refused', Long.MAX_VALUE, new Int32(1), undefined],
  ])('%s', (_rule, a, b, sum) => {
    expect(addNumbers(a, b)).toEqual(sum);
  });
});
