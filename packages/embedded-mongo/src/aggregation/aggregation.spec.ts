import { mongo } from 'mongoose';
import { startEmbeddedMongo } from '..';
import type { EmbeddedMongo } from '..';

describe('aggregation, to the letter of MongoDB', () => {
  let engine: EmbeddedMongo;
  let client: mongo.MongoClient;

  beforeAll(async () => {
    engine = await startEmbeddedMongo();
    client = await new mongo.MongoClient(engine.uri).connect();
    await client.db('test').collection('things').insertOne({ v: 1 });
  });
  afterAll(async () => {
    await client.close();
    await engine.stop();
  });

  const run = (collection: string, ...pipeline: mongo.Document[]): Promise<mongo.Document[]> =>
    client.db('test').collection(collection).aggregate(pipeline).toArray();

  // MongoDB's word; other engines of its protocol differ here, so the shared contract is silent about it.
  it('puts documents without the key of a group to those with null', async () => {
    const others = client.db('test').collection('others');
    await others.insertMany([{ k: null }, {}, { k: { j: 1 } }, { k: 'text' }]);
    expect(await run('others', { $group: { _id: '$k.j', n: { $sum: 1 } } })).toEqual([
      { _id: null, n: 3 },
      { _id: 1, n: 1 },
    ]);
  });

  // The same.
  it('leaves out of the key of several fields what a document lacks', async () => {
    await client
      .db('test')
      .collection('pairs')
      .insertMany([{ v: null }, {}, { k: 1, v: null }]);
    const pairs = await run(
      'pairs',
      { $group: { _id: { v: '$v', k: '$k' }, n: { $sum: 1 } } },
      { $sort: { _id: 1 } },
    );
    expect(pairs).toEqual([
      { _id: {}, n: 1 },
      { _id: { v: null }, n: 1 },
      { _id: { v: null, k: 1 }, n: 1 },
    ]);
  });

  it('counts nothing by saying nothing, in a facet as well', async () => {
    const none = [{ $match: { v: 9 } }, { $count: 'n' }];
    expect(await run('things', { $facet: { none } })).toEqual([{ none: [] }]);
  });

  it.each<[string, mongo.Document, number]>([
    ['a stage that is none', { $nope: {} }, 40324],
    ['two stages in one', { $match: {}, $limit: 1 }, 40323],
    ['a limit of zero', { $limit: 0 }, 15958],
    ['a sort by nothing', { $sort: {} }, 15976],
    ['a group without _id', { $group: { n: { $sum: 1 } } }, 15955],
    ['a field of a group that is no accumulator', { $group: { _id: 1, n: 1 } }, 40234],
    ['an accumulator that is none', { $group: { _id: 1, n: { $nope: 1 } } }, 15952],
    ['an operator in an expression', { $group: { _id: { $toLower: '$v' } } }, 115],
    ['an expression in the fields of a group', { $group: { _id: { v: { $toLower: '$v' } } } }, 115],
    ['a path as the field of a group', { $group: { _id: { 'a.b': '$v' } } }, 115],
    ['a variable', { $group: { _id: '$$ROOT' } }, 115],
    ['an expression in $project', { $project: { v: { $toLower: '$v' } } }, 115],
    ['a facet within a facet', { $facet: { a: [{ $facet: {} }] } }, 40600],
    ['an unwind without a path', { $unwind: 'v' }, 28818],
  ])('refuses %s', async (_case, stage, code) => {
    await expect(run('things', stage)).rejects.toMatchObject({ code });
  });

  it.each([['$out'], ['$merge'], ['$function'], ['$where'], ['__proto__'], ['constructor']])(
    'refuses the stage %s',
    async (name) => {
      const stage = Object.fromEntries<mongo.Document>([[name, {}]]);
      await expect(run('things', stage)).rejects.toMatchObject({ code: 40324 });
    },
  );
});
