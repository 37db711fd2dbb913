import { mongo } from 'mongoose';
import { startEmbeddedMongo } from '..';
import type { EmbeddedMongo } from '..';

describe('a command', () => {
  let engine: EmbeddedMongo;
  let client: mongo.MongoClient;
  let db: mongo.Db;

  beforeAll(async () => {
    engine = await startEmbeddedMongo();
    client = await new mongo.MongoClient(engine.uri).connect();
    db = client.db('test');
    await db.collection<{ _id: number }>('things').insertOne({ _id: 1 });
  });
  afterAll(async () => {
    await client.close();
    await engine.stop();
  });

  const refusal = (command: object): Promise<unknown> =>
    db.command(command).then(
      () => undefined,
      (error: unknown) => (error instanceof mongo.MongoServerError ? error.code : error),
    );

  it.each<[what: string, code: number, command: object]>([
    ['that does not exist', 59, { frobnicate: 1 }],
    ['named like something of every object', 59, { constructor: 1 }],
    ['with an option of its own', 115, { find: 'things', collation: { locale: 'en' } }],
    ['with an option of another', 115, { count: 'things', projection: {} }],
    [
      'with an option inside a statement',
      115,
      { update: 'things', updates: [{ q: {}, u: {}, hint: 'a' }] },
    ],
    [
      'with a deletion by collation',
      115,
      { delete: 'things', deletes: [{ q: {}, limit: 1, collation: {} }] },
    ],
    ['of a wrong type', 14, { find: 'things', filter: 5 }],
    ['for a number instead of a collection', 14, { find: 5 }],
    ['with a negative limit', 51024, { find: 'things', limit: -1 }],
    ['without what it needs', 40414, { insert: 'things' }],
    ['with nothing to write', 16, { insert: 'things', documents: [] }],
    ['that deletes two documents', 9, { delete: 'things', deletes: [{ q: {}, limit: 2 }] }],
    ['that repeats a write', 20, { insert: 'things', documents: [{}], txnNumber: mongo.Long.ONE }],
    ['in a transaction', 20, { find: 'things', startTransaction: true, autocommit: false }],
    ['for a collection with a dollar', 73, { insert: 'a$b', documents: [{}] }],
    ['for a collection of the system', 73, { insert: 'system.users', documents: [{}] }],
    ['that makes what exists', 48, { create: 'things' }],
    ['that makes a view', 115, { create: 'view', viewOn: 'things', pipeline: [] }],
    ['for a cursor that is gone', 43, { getMore: mongo.Long.fromNumber(99), collection: 'things' }],
    ['that explains what has no plan', 59, { explain: { ping: 1 } }],
    ['that removes and updates', 9, { findAndModify: 'things', remove: true, update: {} }],
    ['that does neither', 9, { findAndModify: 'things' }],
    [
      'with a stage that does not exist',
      40324,
      { aggregate: 'things', pipeline: [{ $nope: 1 }], cursor: {} },
    ],
  ])('%s is refused with %i', async (_what, code, command) => {
    expect(await refusal(command)).toBe(code);
  });

  it('is never run in a transaction of the driver', async () => {
    const session = client.startSession();
    const inTransaction = session.withTransaction(() =>
      db.collection('things').insertOne({ a: 1 }, { session }),
    );
    await expect(inTransaction).rejects.toThrow('does not support retryable writes');
    await session.endSession();
  });

  it('may carry what every command may', async () => {
    const general = { maxTimeMS: 5, comment: 'why', writeConcern: { w: 'majority' } };
    expect(
      await refusal({ find: 'things', ...general, readConcern: { level: 'local' } }),
    ).toBeUndefined();
  });

  it('leaves no collection behind when its update found none', async () => {
    await db.collection('nowhere').updateOne({ a: 1 }, { $set: { b: 1 } });
    await db.collection('nowhere').findOneAndUpdate({ a: 1 }, { $set: { b: 1 } });
    expect(await db.listCollections({ name: 'nowhere' }).toArray()).toEqual([]);
  });

  it('refuses a document that an update makes larger than 16 MiB', async () => {
    const things = db.collection<{ _id: number; text: string[] }>('large');
    await things.insertOne({ _id: 1, text: ['x'.repeat(10 * 1024 * 1024)] });
    const grow = things.updateOne({ _id: 1 }, { $push: { text: 'y'.repeat(7 * 1024 * 1024) } });
    await expect(grow).rejects.toMatchObject({ code: 10334 });
    expect((await things.findOne({ _id: 1 }))?.text).toHaveLength(1);
  });
});
