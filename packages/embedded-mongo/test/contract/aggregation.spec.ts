import { mongo } from 'mongoose';
import { Engine, Thing, Things } from './engine';

describe('aggregation', () => {
  let db: mongo.Db;
  let things: Things;

  beforeAll(async () => {
    ({ db } = await Engine.open());
  });
  beforeEach(async () => {
    things = db.collection<Thing>('things');
    await things.deleteMany({});
    await db.collection('others').deleteMany({});
  });

  const insert = (...documents: Thing[]): Promise<unknown> => things.insertMany(documents);
  const run = (...pipeline: mongo.Document[]): Promise<mongo.Document[]> =>
    things.aggregate(pipeline).toArray();

  describe('$match, $sort, $skip, $limit, $count', () => {
    beforeEach(() => insert({ _id: 1, a: 2 }, { _id: 2, a: 1 }, { _id: 3, a: 2 }, { _id: 4 }));

    it('come in the order in which they are written', async () => {
      expect(await run({ $sort: { a: -1, _id: 1 } }, { $skip: 1 }, { $limit: 2 })).toEqual([
        { _id: 3, a: 2 },
        { _id: 2, a: 1 },
      ]);
      expect(await run({ $sort: { _id: 1 } }, { $limit: 2 }, { $match: { a: 2 } })).toEqual([
        { _id: 1, a: 2 },
      ]);
      expect(await run({ $sort: { _id: 1 } }, { $limit: 3 }, { $sort: { _id: -1 } })).toMatchObject(
        [{ _id: 3 }, { _id: 2 }, { _id: 1 }],
      );
    });

    it('counts documents', async () => {
      expect(await run({ $match: { a: 2 } }, { $count: 'n' })).toEqual([{ n: 2 }]);
      expect(await things.countDocuments({ a: 2 })).toBe(2);
      expect(await things.countDocuments({ a: 9 })).toBe(0);
    });

    it('sorts a missing field like null, below everything', async () => {
      expect((await run({ $sort: { a: 1, _id: 1 } })).map(({ _id }) => _id as number)).toEqual([
        4, 2, 1, 3,
      ]);
    });
  });

  describe('$group', () => {
    it('takes the first values in the order of the sort before it', async () => {
      await insert({ _id: 1, k: 'x', v: 1 }, { _id: 2, k: 'x', v: 3 }, { _id: 3, k: 'y', v: 2 });
      const groups = await run(
        { $sort: { v: -1 } },
        { $group: { _id: '$k', v: { $first: '$v' }, id: { $first: '$_id' } } },
        { $sort: { _id: 1 } },
      );
      expect(groups).toEqual([
        { _id: 'x', v: 3, id: 2 },
        { _id: 'y', v: 2, id: 3 },
      ]);
    });

    it('groups by several fields, in their order', async () => {
      await insert(
        { _id: 1, k: 'x', v: 1 },
        { _id: 2, k: 'x', v: 2 },
        { _id: 3, k: 'x', v: 1 },
        { _id: 4, k: 'y', v: 1 },
      );
      const groups = await run(
        { $sort: { _id: -1 } },
        { $group: { _id: { v: '$v', k: '$k' }, id: { $first: '$_id' } } },
        { $sort: { id: 1 } },
      );
      expect(groups).toEqual([
        { _id: { v: 2, k: 'x' }, id: 2 },
        { _id: { v: 1, k: 'x' }, id: 3 },
        { _id: { v: 1, k: 'y' }, id: 4 },
      ]);
      expect(Object.keys((groups[0]?._id ?? {}) as object)).toEqual(['v', 'k']);
    });

    it('gives null for what is missing in the first document', async () => {
      await insert({ _id: 1, k: 1 }, { _id: 2, k: 1, v: 1 });
      expect(
        await run({ $sort: { _id: 1 } }, { $group: { _id: '$k', v: { $first: '$v' } } }),
      ).toEqual([{ _id: 1, v: null }]);
    });

    it('puts numbers of one value together', async () => {
      await insert(
        { _id: 1, k: null },
        { _id: 3, k: 1 },
        { _id: 4, k: new mongo.Double(1) },
        { _id: 5, k: '1' },
      );
      const groups = await run({ $group: { _id: '$k', n: { $sum: 1 } } }, { $sort: { _id: 1 } });
      expect(groups).toEqual([
        { _id: null, n: 1 },
        { _id: 1, n: 2 },
        { _id: '1', n: 1 },
      ]);
    });

    it('sums numbers and passes over the rest', async () => {
      await insert({ _id: 1, v: 1 }, { _id: 2, v: 2 }, { _id: 3, v: 'x' }, { _id: 4 });
      expect(await run({ $group: { _id: null, sum: { $sum: '$v' } } })).toEqual([
        { _id: null, sum: 3 },
      ]);
    });

    it.each([
      ['Int32', [2 ** 31 - 1, 1], mongo.Long.fromNumber(2 ** 31)],
      ['Long', [mongo.Long.MAX_VALUE, 1], new mongo.Double(2 ** 63)],
    ])('a sum leaves the range of %s for the next type', async (_type, values, sum) => {
      await insert(...values.map((v, _id) => ({ _id, v })));
      const cursor = things.aggregate([{ $group: { _id: null, sum: { $sum: '$v' } } }], {
        promoteValues: false,
      });
      expect(await cursor.toArray()).toEqual([{ _id: null, sum }]);
    });

    it('reads a dotted path', async () => {
      await insert({ _id: 1, a: { b: 'x' } }, { _id: 2, a: { b: 'x' } });
      expect(await run({ $group: { _id: '$a.b', n: { $sum: 1 } } }, { $sort: { _id: 1 } })).toEqual(
        [{ _id: 'x', n: 2 }],
      );
    });
  });

  describe('$lookup and $unwind', () => {
    const join = { from: 'others', localField: 'ref', foreignField: '_id', as: 'other' };

    beforeEach(async () => {
      await db.collection<Thing>('others').insertMany([
        { _id: 1, name: 'one', secret: 's' },
        { _id: 2, name: 'two' },
      ]);
    });

    it('joins by equality, and shows only what its pipeline lets through', async () => {
      await insert({ _id: 7, ref: 1 });
      expect(await run({ $lookup: { ...join, pipeline: [{ $project: { name: 1 } }] } })).toEqual([
        { _id: 7, ref: 1, other: [{ _id: 1, name: 'one' }] },
      ]);
    });

    it('joins nothing where nothing is equal, the field is missing or the collection is', async () => {
      await insert({ _id: 7, ref: 9 }, { _id: 8 });
      expect(await run({ $lookup: join }, { $sort: { _id: 1 } })).toEqual([
        { _id: 7, ref: 9, other: [] },
        { _id: 8, other: [] },
      ]);
      expect(await run({ $match: { _id: 7 } }, { $lookup: { ...join, from: 'none' } })).toEqual([
        { _id: 7, ref: 9, other: [] },
      ]);
    });

    it('joins each element of an array', async () => {
      await insert({ _id: 7, ref: [1, 2, 9] });
      const [joined] = await run({ $lookup: join });
      const names = (joined?.other as { name: string }[]).map(({ name }) => name);
      expect(names.sort()).toEqual(['one', 'two']);
    });

    it('unwinds an array, and keeps what has none if it is asked to', async () => {
      await insert({ _id: 1, a: ['x', 'y'] }, { _id: 2, a: [] }, { _id: 3 }, { _id: 4, a: 'z' });
      const sorted = { $sort: { _id: 1, a: 1 } };
      expect(await run({ $unwind: '$a' }, sorted)).toEqual([
        { _id: 1, a: 'x' },
        { _id: 1, a: 'y' },
        { _id: 4, a: 'z' },
      ]);
      const kept = { $unwind: { path: '$a', preserveNullAndEmptyArrays: true } };
      expect(await run(kept, { $match: { _id: { $in: [2, 3] } } }, sorted)).toEqual([
        { _id: 2 },
        { _id: 3 },
      ]);
    });
  });

  describe('$facet and $project', () => {
    it('runs several pipelines over the same documents', async () => {
      await insert({ _id: 1 }, { _id: 2 }, { _id: 3 });
      expect(
        await run({
          $facet: {
            rows: [{ $sort: { _id: -1 } }, { $skip: 1 }, { $limit: 1 }],
            total: [{ $count: 'total' }],
            none: [{ $match: { _id: 9 } }],
          },
        }),
      ).toEqual([{ rows: [{ _id: 2 }], total: [{ total: 3 }], none: [] }]);
    });

    it('answers one document with empty arrays when there is nothing', async () => {
      expect(await run({ $facet: { rows: [{ $limit: 1 }] } })).toEqual([{ rows: [] }]);
    });

    it('shows or hides fields', async () => {
      await insert({ _id: 1, a: { b: 1, c: 2 }, d: 3 });
      expect(await run({ $project: { 'a.b': 1, _id: 0 } })).toEqual([{ a: { b: 1 } }]);
      expect(await run({ $project: { a: 0 } })).toEqual([{ _id: 1, d: 3 }]);
    });
  });

  it('hands out a long result in batches', async () => {
    await insert(...Array.from({ length: 250 }, (_, _id) => ({ _id })));
    const cursor = things.aggregate([{ $sort: { _id: 1 } }], { batchSize: 100 });
    expect((await cursor.toArray()).map(({ _id }) => _id as number)).toEqual(
      Array.from({ length: 250 }, (_, _id) => _id),
    );
  });

  it('changes no document that it reads', async () => {
    await insert({ _id: 1, ref: 1, a: ['x'] });
    await run(
      { $unwind: '$a' },
      { $lookup: { from: 'others', localField: 'ref', foreignField: '_id', as: 'ref' } },
    );
    expect(await things.findOne({ _id: 1 })).toEqual({ _id: 1, ref: 1, a: ['x'] });
  });
});
