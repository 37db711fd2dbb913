import fc from 'fast-check';
import { pathsOverlap } from '../../../src/values/path';
import { namedPath, scalar } from './values';

const direction = fc.constantFrom(1, -1);

const partial = fc.tuple(
  fc.constantFrom('a', 'b'),
  fc.oneof(
    scalar,
    fc.constantFrom({ $exists: true }, { $type: 'string' }, { $gt: 0 }, { $gte: '' }, { $lt: 2 }),
  ),
);

const options = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ sparse: true }) },
  {
    weight: 1,
    arbitrary: partial.map(([name, wanted]) => ({ partialFilterExpression: { [name]: wanted } })),
  },
);

/** One field or two, of which none is a part of the other. */
const key = fc
  .array(fc.tuple(namedPath, direction), { minLength: 1, maxLength: 2 })
  .filter(([[one] = [''], [two] = ['']]) => one === '' || two === '' || !pathsOverlap(one, two))
  .map((pairs) => Object.fromEntries(pairs) as object);

/** The specification of a unique index. */
export const uniqueIndex = fc
  .tuple(key, options)
  .map(([fields, rest]) => ({ key: fields, name: 'index', unique: true, ...rest }));
