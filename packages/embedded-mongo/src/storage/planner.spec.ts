import fc from 'fast-check';
import { documentOf, refusalCode } from '../../test/support/bson';
import { trials } from '../../test/support/budget';
import type { Document } from '../values/value';
import { Collection } from './collection';
import type { Entry } from './entry';
import { parseIndex } from './index-definition';
import { candidates } from './planner';
import { parseSort, sortBy } from './sort';

interface Index {
  key: Record<string, 1 | -1>;
  sparse?: boolean;
  partialFilterExpression?: object;
}

const INDEXES: Index[] = [
  { key: { a: 1 } },
  { key: { a: 1, d: -1 } },
  { key: { d: 1, a: 1 } },
  { key: { d: 1, 'a.b': 1 } },
  { key: { 'a.b': 1, 'a.c': 1 } },
  { key: { d: 1 }, sparse: true },
  { key: { 'a.b': 1, d: 1 }, sparse: true },
  { key: { d: 1 }, partialFilterExpression: { d: { $gte: 2 } } },
  { key: { d: 1, a: 1 }, partialFilterExpression: { d: { $exists: true } } },
];

/** Few values of many kinds, so that filters meet documents. */
const scalar = fc.constantFrom<unknown>(null, 1, 2, 3, 'x', 'xy');
const pattern = fc.constantFrom<unknown>(
  /^x/,
  /^xy/,
  /^x\./,
  /y/,
  /^X/i,
  /^x$/,
  /^(x|y)/,
  /^xy?/,
  [1],
);
const inner = fc.oneof(
  { weight: 3, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.constantFrom<unknown>([[1]], [[2, 3]], { c: 1 }, [{ c: 2 }, 3]),
);
const element = fc.record({ b: inner, c: inner }, { requiredKeys: [] });
const field = fc.oneof(inner, element, fc.array(fc.oneof(element, scalar), { maxLength: 3 }));
const flat = fc.record({ a: scalar, d: scalar }, { requiredKeys: [] });
const nested = fc.record({ a: field, d: inner }, { requiredKeys: [] });
const size = { minLength: 5, maxLength: 15 };
/** One array is enough to keep an index from sorting, so some collections have none. */
const documents = fc.oneof(fc.array(flat, size), fc.array(nested, size));

const range = fc.tuple(scalar, scalar).map(([from, to]) => ({ $gt: from, $lte: to }));
const condition = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 4, arbitrary: range },
  scalar.map((value) => ({ $gte: value })),
  scalar.map((value) => ({ $lt: value })),
  fc.array(scalar, { maxLength: 3 }).map((values) => ({ $in: values })),
  fc.array(fc.oneof(scalar, pattern), { maxLength: 3 }).map((values) => ({ $in: values })),
  scalar.map((value) => ({ $ne: value })),
  fc.boolean().map((exists) => ({ $exists: exists })),
  fc.constantFrom<unknown>([], [1], [1, 2], { c: 1 }),
);

function demandsOn(paths: readonly string[]): fc.Arbitrary<object> {
  const demands = Object.fromEntries(paths.map((path) => [path, condition]));
  return fc.record(demands, { requiredKeys: [] });
}

/** Filters and sorts of which many can use the index. */
function queriesFor({ key }: Index): fc.Arbitrary<[filter: object, sort: object][]> {
  const indexed = demandsOn(Object.keys(key));
  const any = demandsOn(['a', 'a.b', 'a.c', 'd']);
  const filter = fc.oneof(
    indexed,
    fc.tuple(indexed, any).map((both) => ({ $and: both })),
  );
  const forwards = Object.fromEntries(Object.keys(key).map((path) => [path, 1]));
  const backwards = Object.fromEntries(Object.keys(key).map((path) => [path, -1]));
  const sort = fc.constantFrom<object>({}, key, forwards, backwards, { a: 1 }, { d: -1 });
  return fc.array(fc.tuple(filter, sort), { minLength: 20, maxLength: 20 });
}

const PARALLEL_ARRAYS = 171;
const byId = parseSort(documentOf({ _id: 1 }));

describe('choosing an index', () => {
  it.each(INDEXES)('%j never changes what a filter finds, and keeps the order', (index) => {
    fc.assert(
      fc.property(documents, queriesFor(index), (stored, queries) => {
        const scanned = new Collection('db.scanned');
        const indexed = new Collection('db.indexed');
        indexed.addIndex(parseIndex(documentOf({ name: 'index', ...index })));
        for (const [_id, fields] of stored.entries()) {
          if (insert(indexed, { _id, ...fields })) insert(scanned, { _id, ...fields });
        }
        for (const [wanted, order] of queries) {
          const query = { filter: documentOf(wanted), sort: parseSort(documentOf(order)) };
          const found = indexed.find(query);
          const expected = scanned.find({ ...query, sort: byId });
          expect(idsOf(sortBy(found, documentIn, byId))).toEqual(idsOf(expected));
          // Sorting is stable: what is in order already stays as it is.
          expect(idsOf(sortBy(found, documentIn, query.sort))).toEqual(idsOf(found));
        }
      }),
      { numRuns: trials(60, 10) },
    );
  });
});

describe('the beginnings of texts in an $in', () => {
  const TEXTS = ['a.b', 'a.c', 'aab', 'ab', 'b', 'é', 'éa', '\u{10400}x', 'a\0', 'a\uffff', ''];

  const planFor = (list: unknown[]): string[] | undefined => {
    const collection = new Collection('db.texts');
    collection.addIndex(parseIndex(documentOf({ name: 'a', key: { a: 1 } })));
    for (const [_id, a] of TEXTS.entries()) collection.insert(documentOf({ _id, a: [a, 'z'] }));
    const plan = collection.plan(documentOf({ a: { $in: list } }));
    return plan && [...candidates(plan)].map(({ document }) => TEXTS[idOf(document)] ?? '').sort();
  };

  it.each<[unknown[], string[]]>([
    [[/^a\./], ['a.b', 'a.c']],
    [[/^a\./, /^a/, 'ab'], ['a\0', 'a.b', 'a.c', 'a\uffff', 'aab', 'ab'].sort()],
    [
      [/^é/, 'b', 7],
      ['b', 'é', 'éa'],
    ],
    [[/^𐐀/], ['\u{10400}x']],
    [[/^nobody/], []],
  ])('%p reach nothing but what begins so, each once', (list, expected) => {
    expect(planFor(list)).toEqual(expected);
  });

  it.each<[unknown[]]>([
    [[/a/]],
    [[/^a/i]],
    [[/^a|b/]],
    [[/^a*/]],
    [[/^a?b/]],
    [[/^a{0}/]],
    [[/^[ab]/]],
    [[/^(a)/]],
    [[/^\d/]],
    [[/^a$/]],
    [[/^/]],
    [['a', /b/]],
    [[/^a/, ['a']]],
  ])('%p are none to go by', (list) => {
    expect(planFor(list)).toBeUndefined();
  });
});

/** Two arrays in one index are refused; such a document is in neither collection. */
function insert(collection: Collection, fields: object): boolean {
  const code = refusalCode(() => collection.insert(documentOf(fields)));
  if (code !== undefined) expect(code).toBe(PARALLEL_ARRAYS);
  return code === undefined;
}

function documentIn({ document: found }: Entry): Document {
  return found;
}

function idOf(stored: Document): number {
  return Number(stored.get('_id'));
}

function idsOf(entries: readonly Entry[]): number[] {
  return entries.map((entry) => idOf(entry.document));
}
