import fc from 'fast-check';
import { mongo } from 'mongoose';
import { startEmbeddedMongo } from '../../../src/database/embedded';
import { parseSort, sortBy } from '../../../src/database/embedded/storage/sort';
import { decodeDocument } from '../../../src/database/embedded/values/decode';
import { documentOf } from '../../support/bson';
import { afterTests } from '../../support/teardown';
import { filter } from './arbitraries/filters';
import { partialSort } from './arbitraries/projections';
import { fields } from './arbitraries/values';
import { SEED } from './budget';
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
const ROUNDS_PER_INDEX = 20;
const MOST_FINDS = 40;
const LEAST_FINDS = 5_000;

/** Some collections have no arrays, for one array is enough to keep an index from sorting. */
const flatFields = fields.map((document) =>
  Object.fromEntries(Object.entries(document).filter(([, value]) => !Array.isArray(value))),
);
const size = { minLength: 1, maxLength: 12, size: 'max' } as const;
const documents = fc.oneof(fc.array(fields, size), fc.array<object>(flatFields, size));

interface Query {
  filter: object;
  sort: object;
}

/** Filters of any kind and on the fields of the index, sorts of any kind and in its order. */
function queriesFor({ key }: mongo.IndexDescription): fc.Arbitrary<Query[]> {
  const names = Object.keys(key);
  const onIndex = fc
    .tuple(filter, fc.constantFrom(...names))
    .map(([wanted, name]) => ({ [name]: Object.values(wanted)[0] as unknown }))
    .filter((wanted) => !Object.values(wanted).some(Array.isArray));
  const backwards = Object.fromEntries(
    Object.entries(key).map(([name, direction]) => [name, -Number(direction)]),
  );
  const query = fc.record({
    filter: fc.oneof(fc.constant({}), onIndex, filter),
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
