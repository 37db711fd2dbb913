import * as fc from 'fast-check';
import { documentOf } from '../../../../test/support/bson';
import type { Document } from '../values/value';
import { Collection } from './collection';
import type { Entry } from './entry';
import { parseIndex } from './index-definition';
import { parseSort, sortBy } from './sort';

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

const byId = parseSort(documentOf({ _id: 1 }));

describe('choosing an index', () => {
  it('never changes what a filter finds, and keeps the order asked for', () => {
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
            indexed.addIndex(parseIndex(documentOf({ key, name: 'index', ...options })));
            for (const [_id, fields] of documents.entries()) {
              indexed.insert(documentOf({ _id, ...fields }));
              scanned.insert(documentOf({ _id, ...fields }));
            }
          } catch {
            // Two arrays in one index are refused; then there is nothing to compare.
            fc.pre(false);
          }
          const query = { filter: documentOf(wanted), sort: parseSort(documentOf(order)) };
          const found = indexed.find(query);
          const expected = scanned.find({ ...query, sort: byId });
          expect(idsOf(sortBy(found, documentIn, byId))).toEqual(idsOf(expected));
          // Sorting is stable: what is in order already stays as it is.
          expect(idsOf(sortBy(found, documentIn, query.sort))).toEqual(idsOf(found));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

const documentIn = (entry: Entry): Document => entry.document;

const idsOf = (entries: readonly Entry[]): number[] =>
  entries.map((entry) => Number(entry.document.get('_id')));
