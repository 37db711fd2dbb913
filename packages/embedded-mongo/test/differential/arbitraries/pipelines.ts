import fc from 'fast-check';
import { filter } from './filters';
import { projection, sort } from './projections';
import { namedPath } from './values';

const page = fc.nat(4);
const fieldPath = namedPath.map((name) => `$${name}`);

const match = filter.map(($match) => ({ $match }));
const unwind = fc
  .tuple(fc.constantFrom('$a', '$b', '$c', '$d'), fc.option(fc.boolean()))
  .map(([path, keeps]) => ({
    $unwind: keeps === null ? path : { path, preserveNullAndEmptyArrays: keeps },
  }));
/** Which documents come together is undefined unless they come in an order. */
const group = fc
  .record({
    _id: fc.oneof(
      fieldPath,
      fc.constantFrom<unknown>(null, 1),
      fc.tuple(fieldPath, fieldPath).map(([x, y]) => ({ x, y })),
    ),
    n: fc.constant({ $sum: 1 }),
    first: fieldPath.map(($first) => ({ $first })),
    sum: fieldPath.map(($sum) => ({ $sum })),
  })
  .map(($group) => [{ $group }]);
const lookup = fc
  .tuple(fc.constantFrom('c', '_id'), fc.constantFrom('a', 'b', '_id', 'a.b'))
  .map(([localField, foreignField]) => ({
    $lookup: {
      from: 'things',
      localField,
      foreignField,
      as: 'd',
      pipeline: [{ $sort: { _id: 1 } }],
    },
  }));

const single = fc.oneof(
  match,
  sort.map(($sort) => ({ $sort })),
  page.map(($skip) => ({ $skip })),
  page.map(($limit) => ({ $limit })),
  projection.map(($project) => ({ $project })),
  unwind,
  lookup,
);

/** Up to three stages. Behind an $unwind a sort would leave ties, whose order is undefined. */
const several = (stage: fc.Arbitrary<object>): fc.Arbitrary<object[]> =>
  fc.array(stage, { maxLength: 3 }).filter((stages) => {
    const unwound = stages.findIndex((one) => '$unwind' in one);
    return unwound < 0 || !stages.slice(unwound).some((one) => '$sort' in one);
  });
const count = fc.constant({ $count: 'n' });
const ending = fc.oneof(
  { weight: 3, arbitrary: fc.constant<object[]>([]) },
  { weight: 2, arbitrary: group },
  { weight: 1, arbitrary: count.map((stage) => [stage]) },
  {
    weight: 1,
    arbitrary: fc
      .record({ rows: several(single), total: fc.tuple(match, count), all: fc.constant([]) })
      .map(($facet) => [{ $facet }]),
  },
);

/** A pipeline of every stage there is; its documents are in an order from the beginning. */
export const pipeline = fc
  .tuple(fc.option(match), sort, several(single), ending)
  .map(([first, $sort, middle, last]) => [
    ...(first === null ? [] : [first]),
    { $sort },
    ...middle,
    ...last,
  ]);
