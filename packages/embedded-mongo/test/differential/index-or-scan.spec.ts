import fc from 'fast-check';
import { mongo } from 'mongoose';
import { startEmbeddedMongo } from '../../src';
import { parseSort, sortBy } from '../../src/storage/sort';
import { decodeDocument } from '../../src/values/decode';
import { documentOf } from '../support/bson';
import { afterTests } from '../support/teardown';
import { filter } from './arbitraries/filters';
import { partialSort } from './arbitraries/projections';
import { fields } from './arbitraries/values';
import { SEED, trials } from '../support/budget';
import { EngineUnderTest } from './engine-under-test';
import { throwFailure } from './failure';
import { decoded, text } from './trial';
import type { Outcome } from './trial';

const INDEXES: readonly mongo.IndexDescription[] = [
  { key: { a: 1 } },
  { key: { b: -1 } },
  { key: { a: 1, _id: 1 } },
  { key: { a: -1, _id: -1 } },
  { key: { a: 1, b: -1 } },
  { key: { c: 1, a: 1, b: 1 } },
  { key: { 'a.b': 1 } },
  { key: { 'a.b': 1, 'a.c': 1 } },
  { key: { 'b.a': 1, c: 1, _id: 1 } },
  { key: { a: 1 }, sparse: true },
  { key: { 'a.b': -1, c: 1 }, sparse: true },
  { key: { a: 1 }, unique: true },
  { key: { a: 1 }, partialFilterExpression: { a: { $gt: 0 } } },
  { key: { b: 1, a: 1 }, partialFilterExpression: { a: { $exists: true } } },
  { key: { 'a.b': 1 }, partialFilterExpression: { 'a.b': { $type: 'string' } } },
  { key: { c: 1 }, partialFilterExpression: { c: null } },
  { key: { c: 1 }, expireAfterSeconds: 2 ** 31 - 1 },
];

const MINUTE = 60_000;
const ROUNDS_PER_INDEX = trials(40, 1);
const MOST_FINDS = 40;
const LEAST_FINDS = 250 * ROUNDS_PER_INDEX;

/** So few values that conditions on two fields, and both ends of a range, are met by the same documents. */
const few = fc.constantFrom<unknown>(1, 2, 3, null, 'a');
const fewOrMany = fc.oneof(few, fc.array(few, { maxLength: 3 }));
const sparse = (parts: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> =>
  fc.record(parts, { requiredKeys: [], noNullPrototype: true });
const pair = sparse({ b: few, c: few });
const inner = sparse({ a: fewOrMany, b: fewOrMany, c: fewOrMany });
const outer = fc.oneof(fewOrMany, inner, fc.array(fc.oneof(inner, few), { maxLength: 3 }));
/** One array is enough to keep an index from sorting, so some collections have none. */
const documents = fc.oneof(
  ...[
    sparse({ a: few, b: few, c: few }),
    sparse({ a: outer, b: few, c: few }),
    sparse({ a: fewOrMany, b: outer, c: few }),
    sparse({ a: fc.array(pair, { minLength: 2, maxLength: 3 }), b: few, c: few }),
    fields,
  ].map((document) => fc.array(document, { minLength: 3, maxLength: 12, size: 'max' })),
);

const condition = fc.oneof(
  { weight: 4, arbitrary: few },
  { weight: 4, arbitrary: fc.tuple(few, few).map(([from, to]) => ({ $gt: from, $lte: to })) },
  ...[
    few.map(($gte) => ({ $gte })),
    few.map(($lt) => ({ $lt })),
    fc.array(few, { maxLength: 3 }).map(($in) => ({ $in })),
    fc.boolean().map(($exists) => ({ $exists })),
    fc.constantFrom<unknown>({ $type: 'string' }, [], [1], [1, 2], { $in: [[1]] }, { b: 1 }),
  ].map((arbitrary) => ({ weight: 1, arbitrary })),
);

interface Query {
  filter: object;
  sort: object;
}

/** Filters of any kind and on the fields of the index, sorts of any kind and in its order. */
function queriesFor({ key }: mongo.IndexDescription): fc.Arbitrary<Query[]> {
  const names = Object.keys(key);
  const onIndex = sparse(Object.fromEntries(names.map((name) => [name, condition])));
  const onAll = fc.record(Object.fromEntries(names.map((name) => [name, few])));
  const backwards = Object.fromEntries(
    Object.entries(key).map(([name, direction]) => [name, -Number(direction)]),
  );
  const query = fc.record({
    filter: fc.oneof(
      { weight: 2, arbitrary: onIndex },
      { weight: 2, arbitrary: onAll },
      { weight: 1, arbitrary: fc.tuple(onIndex, onIndex).map(($and) => ({ $and })) },
      { weight: 2, arbitrary: filter },
    ),
    sort: fc.oneof(fc.constantFrom<object>({}, key, backwards), partialSort),
  });
  return fc.array(query, { minLength: 1, maxLength: MOST_FINDS, size: 'max' });
}

/** What sorting makes of a result: ties stay as they are, so what is in order already does not change. */
function sorted(sort: object, found: readonly string[]): string[] {
  const order = parseSort(documentOf(sort));
  return sortBy(found, (hex) => decodeDocument(Buffer.from(hex, 'hex')), order);
}

describe('the embedded engine finds by an index what it finds by a scan', () => {
  let engine: EngineUnderTest;
  let finds = 0;

  beforeAll(async () => {
    const embedded = await startEmbeddedMongo();
    const client = await new mongo.MongoClient(embedded.uri).connect();
    afterTests(async () => {
      await client.close();
      await embedded.stop();
    });
    engine = new EngineUnderTest(client.db('index_or_scan'));
    await engine.prepare();
  });

  /** Makes the index, then the documents; one that the index refuses is left out. */
  async function fill(index: mongo.IndexDescription, given: readonly object[]): Promise<void> {
    await engine.fill([]);
    await engine.run({ createIndexes: '', indexes: [{ name: 'index', ...index }] });
    await engine.run({
      insert: '',
      documents: given.map((document, _id) => ({ _id, ...document })),
      ordered: false,
    });
  }

  function findAll(queries: readonly Query[]): Promise<Outcome[]> {
    return Promise.all(queries.map((query) => engine.run({ find: '', ...query })));
  }

  it.each(INDEXES)(
    'with %j',
    async (index) => {
      await fc.assert(
        fc.asyncProperty(documents, queriesFor(index), async (given, queries) => {
          await fill(index, given);
          const indexed = await findAll(queries);
          await engine.dropIndexes();
          const scanned = await findAll(queries);
          for (const [place, query] of queries.entries()) {
            const found = indexed[place]?.answer ?? [];
            const expected = scanned[place]?.answer ?? [];
            const isSame =
              text([...found].sort()) === text([...expected].sort()) &&
              text(sorted(query.sort, found)) === text(found);
            if (!isSame) throw new Error(reportOf(query, found, expected));
            finds += 1;
          }
        }),
        { seed: SEED, numRuns: ROUNDS_PER_INDEX, reporter: throwFailure },
      );
    },
    MINUTE,
  );

  it(`in at least ${LEAST_FINDS} finds`, () => {
    expect(finds).toBeGreaterThanOrEqual(LEAST_FINDS);
  });
});

function reportOf(query: Query, found: readonly string[], expected: readonly string[]): string {
  return [
    `An index changes what ${text(query)} finds.`,
    `with it ${text(decoded(found))}`,
    `without  ${text(decoded(expected))}`,
  ].join('\n');
}
