import fc from 'fast-check';
import { filter, plainValue, simpleOperators } from './filters';
import { namedPath, path } from './values';

const names = (among: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
  fc.uniqueArray(among, { minLength: 1, maxLength: 3 });
const shown = fc.constantFrom<unknown>(1, true);
const hidden = fc.constantFrom<unknown>(0, false);

const all = (among: fc.Arbitrary<string>, how: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  fc
    .tuple(names(among), how)
    .map(([fields, flag]) => Object.fromEntries(fields.map((name) => [name, flag])) as object);

const nested = fc
  .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('b', 'c', 'a'), fc.oneof(shown, hidden))
  .map(([outer, inner, flag]) => ({ [outer]: { [inner]: flag } }));

const withId = (projection: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.oneof(
    { weight: 3, arbitrary: projection },
    { weight: 1, arbitrary: projection.map((rest) => ({ ...rest, _id: 0 })) },
    { weight: 1, arbitrary: projection.map((rest) => ({ _id: 1, ...rest })) },
  );

/** A projection that shows or hides fields: of a find and of a pipeline. */
export const projection = fc.oneof(
  withId(fc.oneof(all(path, shown), all(path, hidden), nested)),
  fc.constantFrom<object>({ _id: 0 }, { _id: 1 }, { a: 1, b: 0 }),
);

/** Beside a dotted path the real test engine would end with a segmentation fault, and every connection with it. */
const elementMatch = fc
  .tuple(
    fc.constantFrom('a', 'b'),
    fc.oneof(simpleOperators, filter),
    fc.oneof(fc.constant({}), all(fc.constantFrom('c', 'd'), shown)),
  )
  .map(([name, $elemMatch, rest]) => ({ ...rest, [name]: { $elemMatch } }));

/** A filter on one array, and the projection of what it met there. */
const positional = fc
  .tuple(
    fc.constantFrom('a', 'b', 'a.b'),
    fc.constantFrom('', '.b', '.c'),
    fc.oneof(plainValue, simpleOperators),
    fc.oneof(fc.constant({}), all(fc.constantFrom('c', 'b.a'), shown)),
  )
  .map(([array, below, wanted, rest]) => ({
    filter: { [array + below]: wanted },
    projection: { ...rest, [`${array}.$`]: 1 },
  }));

/** A filter with a projection of its find. */
export const projectedFind = fc.oneof(
  { weight: 3, arbitrary: fc.record({ filter: fc.oneof(fc.constant({}), filter), projection }) },
  {
    weight: 2,
    arbitrary: fc.record({
      filter: fc.oneof(fc.constant({}), filter),
      projection: withId(elementMatch),
    }),
  },
  { weight: 2, arbitrary: positional },
);

const direction = fc.constantFrom(1, -1);

/** A sort of one or two fields, as a document. */
export const partialSort = fc
  .array(fc.tuple(namedPath, direction), { minLength: 1, maxLength: 2 })
  .map((pairs) => Object.fromEntries(pairs) as object);

/** A sort that leaves no two documents tied. */
export const sort = fc.tuple(partialSort, direction).map(([first, _id]) => ({ ...first, _id }));
