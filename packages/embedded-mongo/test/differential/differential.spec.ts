import fc from 'fast-check';
import { mongo } from 'mongoose';
import { startEmbeddedMongo } from '../../src';
import { openTestDatabase, REAL_MONGODB_URI } from '../support/database';
import { afterTests } from '../support/teardown';
import { ROUNDS } from './arbitraries/rounds';
import { DIFFERENTIAL_TRIALS as TRIALS, SEED } from '../support/budget';
import { Comparison } from './comparison';
import { EngineUnderTest } from './engine-under-test';
import { throwFailure } from './failure';
import { KNOWN_DIFFERENCES } from './known-differences';
import { singleRound } from './round';

/** Indexes that no document is refused by. */
const INDEXES: mongo.IndexDescription[] = [
  { key: { a: 1, _id: 1 } },
  { key: { b: -1 } },
  { key: { c: 1 }, sparse: true },
  { key: { 'a.b': 1 } },
  { key: { 'a.c': -1, _id: 1 } },
  { key: { 'b.a': 1 }, partialFilterExpression: { 'b.a': { $exists: true } } },
];

/** A round has 20 trials on average; a fifth more of them, so that there are enough whatever the seed. */
const ROUNDS_PER_TRIAL = 1.2 / 20;
const MINUTES = 60_000;

if (!REAL_MONGODB_URI) {
  console.warn(
    'Left out: the comparison with a real engine, because TEST_MONGODB_URI names none. The embedded engine is ' +
      'compared with itself instead, without indexes and with some.',
  );
}

describe(`the embedded engine answers like ${REAL_MONGODB_URI ? 'the real one' : 'itself with indexes'}`, () => {
  let comparison: Comparison;

  beforeAll(async () => {
    const engine = await startEmbeddedMongo();
    const client = await new mongo.MongoClient(engine.uri).connect();
    afterTests(async () => {
      await client.close();
      await engine.stop();
    });
    const { db } = await openTestDatabase();
    const embedded = new EngineUnderTest(client.db('embedded'));
    const other = new EngineUnderTest(db, REAL_MONGODB_URI ? [] : INDEXES);
    await Promise.all([embedded.prepare(), other.prepare()]);
    comparison = new Comparison(embedded, other, REAL_MONGODB_URI ? KNOWN_DIFFERENCES : []);
  });

  it.each(ROUNDS)(
    'when asked to $what',
    async ({ round, part }) => {
      await fc.assert(
        fc.asyncProperty(round, (trials) => comparison.run(trials)),
        {
          seed: SEED,
          numRuns: Math.ceil(TRIALS * part * ROUNDS_PER_TRIAL),
          reporter: throwFailure,
        },
      );
    },
    10 * MINUTES,
  );

  it(`in at least ${TRIALS} trials`, () => {
    console.info(comparison.summary());
    expect(comparison.trials).toBeGreaterThanOrEqual(TRIALS);
  });

  if (REAL_MONGODB_URI) {
    it.each(KNOWN_DIFFERENCES)('although the real one $what', async ({ what, example }) => {
      expect(await comparison.knownDifferenceIn(singleRound(example))).toBe(what);
    });
  }
});
