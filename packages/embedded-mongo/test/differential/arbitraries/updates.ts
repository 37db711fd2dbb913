import fc from 'fast-check';
import { filter, plainValue, simpleOperators } from './filters';
import { fields, integer, path, scalar, value } from './values';

/** What an update statement says, apart from the `_id`s it is meant for. */
export interface Change {
  q: object;
  u: object;
}

/** One or two fields with their arguments. */
const entries = (
  name: fc.Arbitrary<string>,
  argument: fc.Arbitrary<unknown>,
): fc.Arbitrary<object> =>
  fc
    .array(fc.tuple(name, argument), { minLength: 1, maxLength: 2 })
    .map((pairs) => Object.fromEntries(pairs) as object);

const list = fc.array(value, { maxLength: 3 });
const place = fc.integer({ min: -3, max: 4 });
const each = list.map(($each) => ({ $each }));

const ARGUMENTS: Record<string, fc.Arbitrary<unknown>> = {
  $set: value,
  $setOnInsert: value,
  $unset: fc.constant(''),
  $inc: fc.oneof({ weight: 4, arbitrary: integer }, scalar),
  $min: value,
  $max: value,
  $push: fc.oneof(
    value,
    fc.record({ $each: list, $slice: place, $position: place }, { requiredKeys: ['$each'] }),
  ),
  $addToSet: fc.oneof(value, each),
  $pull: fc.oneof(value, simpleOperators, filter),
};

/** One operator or two; `name` makes the paths. */
const operations = (name: fc.Arbitrary<string>): fc.Arbitrary<object> => {
  const one = fc.oneof(
    ...Object.entries(ARGUMENTS).map(([operator, argument]) =>
      entries(name, argument).map((changes) => ({ [operator]: changes })),
    ),
  );
  return fc.oneof(
    { weight: 3, arbitrary: one },
    { weight: 1, arbitrary: fc.tuple(one, one).map(([left, right]) => ({ ...left, ...right })) },
  );
};

const anyChange = fc.oneof(
  { weight: 8, arbitrary: operations(path) },
  { weight: 1, arbitrary: fields },
);

/** Updates of what the filter met in an array: by one operator, for of several MongoDB takes one by its own order. */
const positional: fc.Arbitrary<Change> = fc
  .tuple(fc.constantFrom('a', 'b', 'a.b'), fc.constantFrom('', '.b', '.c'))
  .chain(([array, below]) =>
    fc.record({
      q: fc.oneof(plainValue, simpleOperators).map((wanted) => ({ [array + below]: wanted })),
      u: operations(fc.constantFrom(`${array}.$`, `${array}.$.b`, `${array}.$.d`, 'c')),
    }),
  );

/** What an update statement may say: of whatever document, of one that its filter finds, of one array element. */
export const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ q: filter, u: anyChange }) },
  { weight: 5, arbitrary: fc.record({ q: fc.constant({}), u: anyChange }) },
  { weight: 3, arbitrary: positional },
);

const seed = fc.oneof(
  plainValue,
  plainValue.map(($eq) => ({ $eq })),
  scalar.map(($ne) => ({ $ne })),
  fc.boolean().map(($exists) => ({ $exists })),
);
const seeds = entries(path, seed);

/** An upsert by what a document can begin with. */
export const upsert: fc.Arbitrary<Change> = fc.record({
  q: fc.oneof(
    seeds,
    fc.array(seeds, { minLength: 1, maxLength: 2 }).map(($and) => ({ $and })),
  ),
  u: anyChange,
});
