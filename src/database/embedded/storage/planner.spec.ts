import * as fc from 'fast-check';
import { toDocument } from '../../../../test/support/bson-documents';
import { Collection } from './collection';
import { parseIndex } from './index-definition';
import { parseSort } from './sort';

const scalar = fc.constantFrom<unknown>(null, 1, 2, 3, 'x', 'y', true);
const inner = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.constantFrom<unknown>([[1]], [[2, 3]], { c: 1 }, [{ c: 2 }, 3]),
);
const element = fc.record({ b: inner, c: inner }, { requiredKeys: [] });
const field = fc.oneof(inner, element, fc.array(fc.oneof(element, scalar), { maxLength: 3 }));
const document = fc.record({ a: field, d: inner }, { requiredKeys: [] });

const condition = fc.oneof(
  scalar,
  scalar.map((value) => ({ $gte: value })),
  scalar.map((value) => ({ $lt: value })),
  fc.tuple(scalar, scalar).map(([from, to]) => ({ $gt: from, $lte: to })),
  fc.array(scalar, { maxLength: 3 }).map((values) => ({ $in: values })),
  scalar.map((value) => ({ $ne: value })),
  fc.boolean().map((exists) => ({ $exists: exists })),
  fc.constantFrom<unknown>([], [1], [1, 2], { c: 1 }),
);
const path = fc.constantFrom('a', 'a.b', 'a.c', 'd');
const demands = fc.dictionary(path, condition, { maxKeys: 3 });
const filter = fc.oneof(
  demands,
  fc.tuple(demands, demands).map(([first, second]) => ({ $and: [first, second] })),
);
const keys = fc.dictionary(path, fc.constantFrom(1, -1), { minKeys: 1, maxKeys: 3 });
const partial = fc.constantFrom<object>(
  {},
  { sparse: true },
  { partialFilterExpression: { 'a.b': { $exists: true } } },
  { partialFilterExpression: { 'a.b': { $gte: 2 } } },
  { partialFilterExpression: { d: 1 } },
);

describe('choosing an index', () => {
  it('never changes what a filter finds, nor its order', () => {
    fc.assert(
      fc.property(
        fc.array(document, { maxLength: 6 }),
        filter,
        keys,
        partial,
        fc.option(keys, { nil: {} }),
        (documents, wanted, key, options, order) => {
          const scanned = new Collection('db.scanned');
          const indexed = new Collection('db.indexed');
          try {
            indexed.addIndex(parseIndex(toDocument({ key, name: 'index', ...options })));
            for (const [_id, fields] of documents.entries()) {
              indexed.insert(toDocument({ _id, ...fields }));
              scanned.insert(toDocument({ _id, ...fields }));
            }
          } catch {
            // Two arrays in one index are refused; then there is nothing to compare.
            fc.pre(false);
          }
          const query = {
            filter: toDocument(wanted),
            sort: parseSort(toDocument({ ...order, _id: 1 })),
          };
          const ids = (collection: Collection): unknown[] =>
            collection.find(query).map((entry) => entry.document.get('_id'));
          expect(ids(indexed)).toEqual(ids(scanned));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
