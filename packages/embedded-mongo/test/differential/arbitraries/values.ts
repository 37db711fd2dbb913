import { mongo } from 'mongoose';
import fc from 'fast-check';

const { Binary, BSONRegExp, Double, Int32, Long, MaxKey, MinKey, ObjectId } = mongo.BSON;

/** Of a document any field may be missing. */
const sparse = (parts: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> =>
  fc.record(parts, { requiredKeys: [], noNullPrototype: true });

/** The values that engines take for each other, or wrongly keep apart: few, so that they meet often. */
const COMMON: readonly unknown[] = [
  null,
  true,
  false,
  new Int32(0),
  new Int32(1),
  new Int32(2),
  new Double(1),
  new Double(1.5),
  Long.ONE,
  '',
  'a',
  'ab',
  'A',
  new Date(1),
];

const RARE: readonly unknown[] = [
  new Double(0),
  new Double(-0),
  new Int32(-1),
  new Double(NaN),
  new Double(Infinity),
  new Double(-Infinity),
  new Double(2 ** 53),
  Long.fromString('9007199254740993'),
  Long.MAX_VALUE,
  new Int32(2 ** 31 - 1),
  '1',
  'a\nb',
  'a\0b',
  'ä',
  '\uffff',
  '\u{1F4F1}',
  new Date(0),
  new Date(-1),
  new ObjectId('65a000000000000000000001'),
  new ObjectId('65a000000000000000000002'),
  new Binary(Buffer.from([1]), 0),
  new Binary(Buffer.from([1]), 128),
  new Binary(Buffer.from([0, 1]), 0),
  new MinKey(),
  new MaxKey(),
];

export const REGEXES = [
  new BSONRegExp('a'),
  new BSONRegExp('^a', 'i'),
  new BSONRegExp('b$'),
  new BSONRegExp('^a.b$'),
  new BSONRegExp('^b', 'm'),
  new BSONRegExp('^$'),
  new BSONRegExp('[^a-c1]'),
  new BSONRegExp('^.$'),
];

export const regex = fc.constantFrom(...REGEXES);

/** A value without parts, of any type but a regular expression. */
export const scalar: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...COMMON) },
  { weight: 1, arbitrary: fc.constantFrom(...RARE) },
);

/** A number without a fraction, of any type. */
export const integer: fc.Arbitrary<unknown> = fc.constantFrom(
  ...[new Int32(0), new Int32(1), new Int32(-2), new Double(1), new Double(3), Long.ONE],
  ...[new Int32(2 ** 31 - 1), Long.fromString('9007199254740993'), new Double(-0)],
);

/** A value without parts, of any type but a regular expression; of numbers only those without a fraction. */
const whole = scalar.filter((given) => !(given instanceof Double) || Number.isInteger(given.value));

const fieldsOf = (part: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  sparse({ a: part, b: part, c: part, '0': part });
const arrayOf = (part: fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> =>
  fc.array(part, { maxLength: 3 });

/** Documents and arrays of such values, inside each other. */
const nested = (leaf: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => {
  const often = { weight: 5, arbitrary: leaf };
  const inner = fc.oneof(often, fieldsOf(leaf), arrayOf(leaf));
  return fc.oneof(
    often,
    { weight: 2, arbitrary: fieldsOf(inner) },
    { weight: 3, arbitrary: arrayOf(inner) },
  );
};

/** A value of any type, with documents and arrays inside each other. */
export const value = fc.oneof(
  { weight: 12, arbitrary: nested(scalar) },
  { weight: 1, arbitrary: regex },
);

/** The fields of a document, without `_id`. */
export const fields: fc.Arbitrary<object> = sparse({ a: value, b: value, c: value });

/** The fields of a document that can be summed up and, by `c`, looked up. */
export const countableFields: fc.Arbitrary<object> = sparse({
  a: nested(whole),
  b: nested(whole),
  c: fc.oneof(whole, arrayOf(whole)),
});

/** Names of fields, and paths into the documents and arrays in them. */
export const path = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c') },
  { weight: 2, arbitrary: fc.constantFrom('a.b', 'a.c', 'b.a', 'a.0', 'b.1', 'a.a') },
  { weight: 1, arbitrary: fc.constantFrom('a.b.c', 'a.0.b', 'a.b.0', 'a.0.0', 'b.1.a', 'c.0') },
);

/** Paths that an index or a sort may have: no positions. */
export const namedPath = fc.constantFrom('a', 'b', 'c', 'a.b', 'a.c', 'b.a', 'a.b.c');
