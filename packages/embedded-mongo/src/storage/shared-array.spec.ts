import { mongo } from 'mongoose';
import { startEmbeddedMongo } from '..';
import type { EmbeddedMongo } from '..';

describe('a compound index over fields of one array', () => {
  let engine: EmbeddedMongo;
  let client: mongo.MongoClient;
  let things: mongo.Collection<{ _id: number }>;

  beforeAll(async () => {
    engine = await startEmbeddedMongo();
    client = await new mongo.MongoClient(engine.uri).connect();
    things = client.db('test').collection('things');
    await things.createIndexes([{ key: { 'a.b': 1, 'a.c.d': 1 }, unique: true }]);
  });
  afterAll(async () => {
    await client.close();
    await engine.stop();
  });

  const insert = (_id: number, fields: object): Promise<unknown> =>
    things.insertOne({ _id, ...fields });

  it('keeps what belongs to one element together, and finds it', async () => {
    await insert(1, {
      a: [
        { b: 1, c: { d: 1 } },
        { b: 2, c: { d: 2 } },
      ],
    });
    // 1 and 2 occur, but in no one element.
    await insert(2, { a: [{ b: 1, c: { d: 2 } }] });
    await expect(insert(3, { a: { b: 2, c: { d: 2 } } })).rejects.toThrow('E11000');
    expect(await things.find({ 'a.b': 2, 'a.c.d': 2 }).toArray()).toMatchObject([{ _id: 1 }]);
  });

  it('finds a document whose elements meet a filter together', async () => {
    await insert(7, { a: [{ b: 7 }, { c: { d: 8 } }] });
    expect(await things.find({ 'a.b': 7, 'a.c.d': 8 }).toArray()).toMatchObject([{ _id: 7 }]);
  });

  it('takes an empty array for nothing at all', async () => {
    await insert(4, { a: [] });
    await expect(insert(5, {})).rejects.toThrow('E11000');
  });

  it('refuses two different arrays', async () => {
    await expect(insert(6, { a: { b: [1], c: [{ d: 1 }] } })).rejects.toThrow(
      'cannot index parallel arrays [a.b] [a.c.d]',
    );
  });
});
