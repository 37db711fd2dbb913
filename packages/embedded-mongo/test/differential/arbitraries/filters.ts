import { mongo } from 'mongoose';
import fc from 'fast-check';
import { path, regex, scalar, value } from './values';

const { MaxKey, MinKey } = mongo.BSON;

const TYPES = [
  ...['double', 'string', 'object', 'array', 'binData', 'objectId', 'bool', 'date', 'null'],
  ...['regex', 'int', 'long', 'number', 'minKey', 'maxKey'],
];

const isRegex = (candidate: unknown): boolean => candidate instanceof mongo.BSONRegExp;
const isExtreme = (candidate: unknown): boolean =>
  candidate instanceof MinKey || candidate instanceof MaxKey;

/** A value that stands for itself. */
export const plainValue = value.filter((candidate) => !isRegex(candidate));
const rangeEnd = plainValue.filter((candidate) => !isExtreme(candidate));
const listed = fc.array(fc.oneof({ weight: 4, arbitrary: scalar }, value), { maxLength: 3 });
const one = (name: string, operand: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  operand.map((given) => ({ [name]: given }));

/** One operator, as it stands behind the name of a field. */
export const simpleOperators: fc.Arbitrary<object> = fc.oneof(
  one('$eq', value),
  one('$ne', plainValue),
  ...['$gt', '$gte', '$lt', '$lte'].map((name) => one(name, rangeEnd)),
  one('$in', listed),
  one('$nin', listed),
  one('$exists', fc.boolean()),
  one(
    '$type',
    fc.oneof(fc.constantFrom(...TYPES), fc.subarray(TYPES, { minLength: 1, maxLength: 2 })),
  ),
  one('$size', fc.nat(3)),
  one('$all', listed),
  one('$regex', regex),
  fc.record({
    $regex: fc.constantFrom('a', '^A', 'b$', '^b'),
    $options: fc.constantFrom('', 'i', 'm', 's'),
  }),
);

const { filter, condition } = fc.letrec<{ filter: object; condition: unknown; operators: object }>(
  (tie) => ({
    operators: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 6, arbitrary: simpleOperators },
      {
        weight: 2,
        arbitrary: fc
          .tuple(simpleOperators, simpleOperators)
          .map(([one, two]) => ({ ...one, ...two })),
      },
      { weight: 1, arbitrary: one('$not', fc.oneof(tie('operators'), regex)) },
      {
        weight: 2,
        arbitrary: one('$elemMatch', fc.oneof(tie('operators'), tie('filter'))),
      },
      {
        weight: 1,
        arbitrary: one(
          '$all',
          fc.array(one('$elemMatch', fc.oneof(tie('operators'), tie('filter'))), {
            minLength: 1,
            maxLength: 2,
          }),
        ),
      },
    ),
    condition: fc.oneof(
      { weight: 1, arbitrary: value },
      { weight: 3, arbitrary: tie('operators') },
    ),
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      {
        weight: 8,
        arbitrary: fc
          .array(fc.tuple(path, tie('condition')), { minLength: 1, maxLength: 2 })
          .map((entries) => Object.fromEntries(entries) as object),
      },
      ...['$and', '$or', '$nor'].map((name) => ({
        weight: 1,
        arbitrary: one(name, fc.array(tie('filter'), { minLength: 1, maxLength: 2 })),
      })),
    ),
  }),
);

/** What a filter may demand of one field. */
export { condition };
/** A filter of supported operators, alone and inside each other. */
export { filter };
