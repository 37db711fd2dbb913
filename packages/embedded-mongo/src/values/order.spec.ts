import { Binary, BSONRegExp, Double, Int32, Long, MaxKey, MinKey, ObjectId } from 'bson';
import fc from 'fast-check';
import { valueOf } from '../../test/support/bson';
import { compareValues, equalValues, orderKey } from './order';
import type { Value } from './value';

const ASCENDING: [what: string, values: Value[]][] = [
  [
    'types',
    [
      new MinKey(),
      null,
      new Int32(1),
      'text',
      new Map(),
      [],
      new Binary(Buffer.of(1)),
      new ObjectId('65a000000000000000000001'),
      false,
      new Date(0),
      new BSONRegExp('a'),
      new MaxKey(),
    ],
  ],
  [
    'numbers of all types',
    [
      new Double(NaN),
      new Double(-Infinity),
      Long.MIN_VALUE,
      new Double(-1.5),
      new Int32(-1),
      new Int32(0),
      new Double(Number.MIN_VALUE),
      new Int32(1),
      new Double(1.5),
      Long.fromString('9007199254740992'),
      Long.fromString('9007199254740993'),
      Long.MAX_VALUE,
      new Double(2 ** 63),
      new Double(Infinity),
    ],
  ],
  ['strings, by their UTF-8', ['', '\0', 'A', 'a', 'a\0b', 'ab', 'é', '\uffff', '\u{1F4F1}']],
  ['dates', [new Date(-8.64e15), new Date(-1), new Date(0), new Date(1), new Date(8.64e15)]],
  ['arrays, element by element', [[], [null], [new Int32(1)], [new Int32(1), null], ['a']]],
  [
    'documents, by type, then name, then value',
    [{}, { b: 1 }, { b: 2 }, { c: 1 }, { a: 'x' }, { a: 'x', b: 1 }].map(valueOf),
  ],
  ['binary data, by length first', [[255], [1, 0], [1, 1]].map((bytes) => new Binary(bytes))],
];

describe('the order of values', () => {
  it.each(ASCENDING)('sorts %s', (_what, values) => {
    for (const [index, value] of values.entries()) {
      for (const [other, against] of values.entries()) {
        expect(Math.sign(compareValues(value, against))).toBe(Math.sign(index - other));
      }
    }
  });

  it.each<[Value, Value]>([
    [new Int32(1), new Double(1)],
    [new Int32(-5), Long.fromNumber(-5)],
    [new Double(0), new Double(-0)],
    [new Double(2 ** 53), Long.fromString('9007199254740992')],
  ])('takes %s and %s for equal', (a, b) => {
    expect(equalValues(a, b)).toBe(true);
    expect(orderKey(a)).toBe(orderKey(b));
  });

  it('compares doubles and Longs as numbers', () => {
    const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(long, long, fc.double({ noNaN: true }), (a, b, double) => {
        const left = Long.fromBigInt(a);
        expect(Math.sign(compareValues(left, Long.fromBigInt(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(Math.sign(compareValues(left, new Double(double)))).toBe(
          a < double ? -1 : a > double ? 1 : 0,
        );
      }),
    );
  });

  it('compares strings by their UTF-8 bytes', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareValues(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('makes keys of which none begins another, so that they can be joined', () => {
    const value = fc.jsonValue({ maxDepth: 2 }).map(valueOf);
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [left, right] = [orderKey(a), orderKey(b)];
        expect(left === right || !left.startsWith(right)).toBe(true);
      }),
    );
  });
});
