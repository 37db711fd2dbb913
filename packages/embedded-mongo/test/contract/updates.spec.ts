import { mongo } from 'mongoose';
import { Engine, failure, idsFound, Thing, Things } from './engine';

/** What an update makes of a document; the filter is by `_id` unless one is given. */
type Case = [
  behaviour: string,
  before: object,
  update: mongo.Document,
  after: object,
  filter?: mongo.Filter<Thing>,
];

const TOKENS = [
  { hash: 'a', when: 1 },
  { hash: 'b', when: 2 },
  { hash: 'c', when: 3 },
];

const CASES: Record<string, Case[]> = {
  $set: [
    ['makes the documents on the way', {}, { $set: { 'a.b.c': 1 } }, { a: { b: { c: 1 } } }],
    ['keeps the neighbours', { a: { b: 1, c: 2 } }, { $set: { 'a.b': 3 } }, { a: { b: 3, c: 2 } }],
    [
      'replaces a document as a whole',
      { a: { b: 1, c: 2 } },
      { $set: { a: { b: 3 } } },
      { a: { b: 3 } },
    ],
    ['replaces an element', { a: [1, 2] }, { $set: { 'a.1': 9 } }, { a: [1, 9] }],
    ['fills an array up with null', { a: [1] }, { $set: { 'a.3': 4 } }, { a: [1, null, null, 4] }],
    [
      'goes on behind a position',
      { a: [{ b: 1 }] },
      { $set: { 'a.0.c': 2 } },
      { a: [{ b: 1, c: 2 }] },
    ],
    ['takes a number for a name outside of arrays', {}, { $set: { 'a.0': 1 } }, { a: { 0: 1 } }],
    ['leaves `_id` as it is when it is the same', {}, { $set: { _id: 0, a: 1 } }, { a: 1 }],
    ['keeps a field in its place', { a: 1, b: 2 }, { $set: { a: 'x' } }, { a: 'x', b: 2 }],
  ],
  '$unset, $inc, $min and $max': [
    ['$unset removes a field', { a: { b: 1, c: 2 } }, { $unset: { 'a.b': '' } }, { a: { c: 2 } }],
    ['$unset of what is missing changes nothing', { a: 1 }, { $unset: { 'b.c': '' } }, { a: 1 }],
    [
      '$unset leaves null in an array',
      { a: [1, 2, 3] },
      { $unset: { 'a.1': '' } },
      { a: [1, null, 3] },
    ],
    ['$inc adds', { a: { n: 5 } }, { $inc: { 'a.n': -2 } }, { a: { n: 3 } }],
    ['$inc begins at zero', {}, { $inc: { n: 2 } }, { n: 2 }],
    [
      '$min keeps the smaller',
      { a: 5, b: 5 },
      { $min: { a: 3, b: 7, c: 1 } },
      { a: 3, b: 5, c: 1 },
    ],
    [
      '$max keeps the later date',
      { a: new Date(5), b: new Date(5) },
      { $max: { a: new Date(3), b: new Date(7) } },
      { a: new Date(5), b: new Date(7) },
    ],
  ],
  '$push and $addToSet': [
    ['$push appends', { a: [1] }, { $push: { a: 2 } }, { a: [1, 2] }],
    [
      '$push appends an array as one element',
      { a: [1] },
      { $push: { a: [2, 3] } },
      { a: [1, [2, 3]] },
    ],
    ['$push makes the array', {}, { $push: { 'a.b': 1 } }, { a: { b: [1] } }],
    [
      '$push with $each appends every one',
      { a: [1] },
      { $push: { a: { $each: [2, 3] } } },
      { a: [1, 2, 3] },
    ],
    [
      '$push with a negative $slice keeps the last',
      { a: [1, 2] },
      { $push: { a: { $each: [3, 4], $slice: -3 } } },
      { a: [2, 3, 4] },
    ],
    [
      '$push with a positive $slice keeps the first',
      { a: [1, 2] },
      { $push: { a: { $each: [3, 4], $slice: 3 } } },
      { a: [1, 2, 3] },
    ],
    [
      '$push with $slice: 0 empties',
      { a: [1, 2] },
      { $push: { a: { $each: [3], $slice: 0 } } },
      { a: [] },
    ],
    [
      '$push with no value and $slice cuts',
      { a: [1, 2, 3] },
      { $push: { a: { $each: [], $slice: -1 } } },
      { a: [3] },
    ],
    [
      '$push with $position inserts',
      { a: [1, 3] },
      { $push: { a: { $each: [2], $position: 1 } } },
      { a: [1, 2, 3] },
    ],
    [
      '$addToSet appends what is not there',
      { a: [1, 2] },
      { $addToSet: { a: 3 } },
      { a: [1, 2, 3] },
    ],
    [
      '$addToSet takes 1 and 1.0 for the same',
      { a: [1] },
      { $addToSet: { a: new mongo.Double(1) } },
      { a: [1] },
    ],
    [
      '$addToSet with $each skips what it has just appended',
      { a: [1] },
      { $addToSet: { a: { $each: [1, 2, 2] } } },
      { a: [1, 2] },
    ],
    [
      '$addToSet compares documents by their field order',
      { a: [{ x: 1, y: 2 }] },
      {
        $addToSet: {
          a: {
            $each: [
              { x: 1, y: 2 },
              { y: 2, x: 1 },
            ],
          },
        },
      },
      {
        a: [
          { x: 1, y: 2 },
          { y: 2, x: 1 },
        ],
      },
    ],
  ],
  $pull: [
    [
      'removes every element with the value',
      { a: [1, 2, 1, [1]] },
      { $pull: { a: 1 } },
      { a: [2, [1]] },
    ],
    ['removes by a condition', { a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }, { a: [1] }],
    [
      'removes by a list',
      { a: ['x', 'y', 'z'] },
      { $pull: { a: { $in: ['x', 'z'] } } },
      { a: ['y'] },
    ],
    [
      'removes documents by some of their fields',
      { a: TOKENS },
      { $pull: { a: { hash: 'b' } } },
      { a: [TOKENS[0], TOKENS[2]] },
    ],
    [
      'removes documents by a condition on a field',
      { a: TOKENS },
      { $pull: { a: { when: { $lt: 3 } } } },
      { a: [TOKENS[2]] },
    ],
    [
      'reaches an array inside documents',
      { s: { r: { t: TOKENS } } },
      { $pull: { 's.r.t': { hash: { $ne: 'a' } } } },
      { s: { r: { t: [TOKENS[0]] } } },
    ],
    ['keeps an array that gets empty', { a: [1] }, { $pull: { a: 1 } }, { a: [] }],
    ['does not make what is missing', {}, { $pull: { a: 1 } }, {}],
    [
      'removes documents by a logical operator',
      { a: TOKENS },
      { $pull: { a: { $or: [{ hash: 'b' }, { when: 3 }] } } },
      { a: [TOKENS[0]] },
    ],
  ],
  'the positional $': [
    [
      'is the element that the filter matched',
      { a: TOKENS },
      { $set: { 'a.$.seen': true } },
      { a: [TOKENS[0], { ...TOKENS[1], seen: true }, TOKENS[2]] },
      { 'a.hash': 'b' },
    ],
    [
      'is the element of $elemMatch',
      { a: TOKENS },
      { $inc: { 'a.$.when': 10 } },
      { a: [TOKENS[0], TOKENS[1], { hash: 'c', when: 13 }] },
      { a: { $elemMatch: { hash: 'c', when: { $gt: 1 } } } },
    ],
    ['replaces a scalar', { a: [1, 5, 9] }, { $set: { 'a.$': 0 } }, { a: [1, 0, 9] }, { a: 5 }],
    [
      'counts from the nested array that matched',
      { s: { r: { t: TOKENS } } },
      { $set: { 's.r.t.$.until': new Date(7) } },
      { s: { r: { t: [TOKENS[0], { ...TOKENS[1], until: new Date(7) }, TOKENS[2]] } } },
      { _id: 0, 's.r.t.hash': 'b' },
    ],
    [
      'is not moved by what $nor demands of the others',
      { a: TOKENS },
      { $set: { 'a.$.seen': true } },
      { a: [TOKENS[0], { ...TOKENS[1], seen: true }, TOKENS[2]] },
      {
        a: { $elemMatch: { hash: 'b' } },
        $nor: [{ 'a.hash': { $ne: 'a' } }, { 'a.hash': { $ne: 'c' } }],
      },
    ],
    [
      'may stand in several paths',
      { a: TOKENS },
      { $set: { 'a.$.x': 1 }, $unset: { 'a.$.when': '' } },
      { a: [{ hash: 'a', x: 1 }, TOKENS[1], TOKENS[2]] },
      { 'a.hash': 'a' },
    ],
  ],
};

const REFUSED: [what: string, before: object, update: mongo.Document, code: number][] = [
  ['$set below a scalar', { a: 5 }, { $set: { 'a.b': 1 } }, 28],
  ['$set below null', { a: null }, { $set: { 'a.b': 1 } }, 28],
  ['$set of a name in an array', { a: [{ b: 1 }] }, { $set: { 'a.b': 1 } }, 28],
  ['$inc of text', { a: 'x' }, { $inc: { a: 1 } }, 14],
  ['$inc of null', { a: null }, { $inc: { a: 1 } }, 14],
  ['$push to a scalar', { a: 5 }, { $push: { a: 1 } }, 2],
  ['$push to null', { a: null }, { $push: { a: 1 } }, 2],
  ['$push with $each that is no array', { a: [] }, { $push: { a: { $each: 1 } } }, 2],
  ['$addToSet to a scalar', { a: 5 }, { $addToSet: { a: 1 } }, 2],
  ['$addToSet to null', { a: null }, { $addToSet: { a: 1 } }, 2],
  ['$pull from null', { a: null }, { $pull: { a: 5 } }, 2],
  ['$pull from a scalar', { a: 5 }, { $pull: { a: 5 } }, 2],
  ['$pull below a scalar', { a: 5 }, { $pull: { 'a.b': 5 } }, 28],
  ['$pull of a name in an array', { a: [1] }, { $pull: { 'a.b': 5 } }, 28],
  ['a path twice', {}, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
  ['a path and one below it', {}, { $set: { a: 1, 'a.b': 2 } }, 40],
  ['another _id', {}, { $set: { _id: 7 } }, 66],
  ['$ without a match in an array', { a: [1] }, { $set: { 'a.$': 9 } }, 2],
  ['an unknown modifier', {}, { $nope: { a: 1 } }, 9],
];

describe('updates', () => {
  let engine: Engine;
  beforeAll(async () => (engine = await Engine.open()));

  const stored = (things: Things): Promise<object[]> => things.find().sort({ _id: 1 }).toArray();

  for (const [subject, cases] of Object.entries(CASES)) {
    describe(subject, () => {
      it.each(cases)('%s', async (_behaviour, before, update, after, filter = { _id: 0 }) => {
        const things = await engine.things(before);
        await things.updateOne(filter, update);
        const [document] = await stored(things);
        // As text, because the order of the fields is part of the document.
        expect(JSON.stringify(document)).toBe(JSON.stringify({ _id: 0, ...after }));
      });
    });
  }

  it.each(REFUSED)(
    'refuses %s and leaves the document as it was',
    async (_what, before, update, code) => {
      const things = await engine.things(before);
      expect((await failure(things.updateOne({ _id: 0 }, update))).code).toBe(code);
      expect(await stored(things)).toEqual([{ _id: 0, ...before }]);
    },
  );

  it('counts what matched apart from what changed', async () => {
    const things = await engine.things({ a: 1 }, { a: 2 }, { b: 1 });
    const all = await things.updateMany({ a: { $exists: true } }, { $set: { a: 2 } });
    expect(all).toMatchObject({ matchedCount: 2, modifiedCount: 1, upsertedCount: 0 });
    const none = await things.updateOne({ a: 7 }, { $set: { a: 2 } });
    expect(none).toMatchObject({ matchedCount: 0, modifiedCount: 0 });
  });

  it.each<[string, object, mongo.Document]>([
    ['a $push that $slice undoes', { a: [1] }, { $push: { a: { $each: [2], $slice: 1 } } }],
    ['an $unset of an element that is null', { a: [null] }, { $unset: { 'a.0': '' } }],
  ])('counts %s as a change', async (_what, before, update) => {
    const things = await engine.things(before);
    expect(await things.updateOne({ _id: 0 }, update)).toMatchObject({ modifiedCount: 1 });
    expect(await stored(things)).toEqual([{ _id: 0, ...before }]);
  });

  it('updateOne changes one document of several that match', async () => {
    const things = await engine.things({ a: 1 }, { a: 1 }, { a: 1 });
    await things.updateOne({ a: 1 }, { $set: { a: 2 } });
    expect(await things.find({ a: 2 }).toArray()).toHaveLength(1);
  });

  it('updateMany takes each document from its own state', async () => {
    const things = await engine.things({ n: 1 }, { n: 2 }, { n: 3 });
    const update: mongo.Document = { $inc: { n: 10 }, $push: { log: 'x' } };
    await things.updateMany({ n: { $gte: 2 } }, update);
    expect(await stored(things)).toEqual([
      { _id: 0, n: 1 },
      { _id: 1, n: 12, log: ['x'] },
      { _id: 2, n: 13, log: ['x'] },
    ]);
  });

  it('replaceOne keeps the _id and nothing else', async () => {
    const things = await engine.things({ a: 1, b: 2 });
    await things.replaceOne({ a: 1 }, { c: 3 });
    expect(await stored(things)).toEqual([{ _id: 0, c: 3 }]);
  });

  it('deleteOne removes one, deleteMany all that match', async () => {
    const things = await engine.things({ a: 1 }, { a: 1 }, { a: 1 }, { a: 2 });
    expect(await things.deleteOne({ a: 1 })).toMatchObject({ deletedCount: 1 });
    expect(await things.deleteMany({ a: 1 })).toMatchObject({ deletedCount: 2 });
    expect(await things.deleteMany({ a: 1 })).toMatchObject({ deletedCount: 0 });
    expect(await stored(things)).toEqual([{ _id: 3, a: 2 }]);
  });

  describe('findOneAndUpdate', () => {
    it('answers with the document before, or after', async () => {
      const things = await engine.things({ n: 1, b: 1 });
      const filter = { n: { $gt: 0 } };
      const update = { $inc: { n: 1 } };
      expect(await things.findOneAndUpdate(filter, update)).toEqual({ _id: 0, n: 1, b: 1 });
      expect(await things.findOneAndUpdate(filter, update, { returnDocument: 'after' })).toEqual({
        _id: 0,
        n: 3,
        b: 1,
      });
    });

    it('answers with null when nothing matches, and changes nothing', async () => {
      const things = await engine.things({ n: 1 });
      expect(await things.findOneAndUpdate({ n: 2 }, { $set: { n: 3 } })).toBeNull();
      expect(await stored(things)).toEqual([{ _id: 0, n: 1 }]);
    });

    it('takes the first in the order of the sort, and shows the fields it is asked for', async () => {
      const things = await engine.things({ n: 1 }, { n: 3 }, { n: 2 });
      const found = await things.findOneAndUpdate(
        {},
        { $set: { done: true } },
        { sort: { n: -1 }, projection: { _id: 0, n: 1 } },
      );
      expect(found).toEqual({ n: 3 });
      expect(await things.find({ done: true }).toArray()).toEqual([{ _id: 1, n: 3, done: true }]);
    });

    it('tells apart an update, an upsert and nothing', async () => {
      const things = await engine.things({ n: 1 });
      const act = async (_id: number, upsert: boolean): Promise<unknown> => {
        const options = { upsert, includeResultMetadata: true } as const;
        return (await things.findOneAndUpdate({ _id }, { $set: { n: 2 } }, options))
          .lastErrorObject;
      };
      expect(await act(0, false)).toEqual({ n: 1, updatedExisting: true });
      expect(await act(7, false)).toEqual({ n: 0, updatedExisting: false });
      expect(await act(7, true)).toEqual({ n: 1, updatedExisting: false, upserted: 7 });
    });

    it('has siblings that replace and delete', async () => {
      const things = await engine.things({ n: 1 }, { n: 2 });
      expect(
        await things.findOneAndReplace({ n: 1 }, { m: 1 }, { returnDocument: 'after' }),
      ).toEqual({ _id: 0, m: 1 });
      expect(await things.findOneAndDelete({ n: 2 })).toEqual({ _id: 1, n: 2 });
      expect(await stored(things)).toEqual([{ _id: 0, m: 1 }]);
    });
  });

  describe('bulkWrite', () => {
    it('runs statements of every kind in their order', async () => {
      const things = await engine.things();
      const result = await things.bulkWrite([
        { insertOne: { document: { _id: 1 } } },
        { updateOne: { filter: { _id: 1 }, update: { $set: { a: 1 } } } },
        { updateOne: { filter: { _id: 9 }, update: { $set: { a: 1 } }, upsert: true } },
        { deleteOne: { filter: { _id: 1 } } },
      ]);
      expect(result).toMatchObject({
        insertedCount: 1,
        modifiedCount: 1,
        upsertedCount: 1,
        deletedCount: 1,
      });
      expect(await stored(things)).toEqual([{ _id: 9, a: 1 }]);
    });

    it.each([
      [true, 1, [0]],
      [false, 2, [0, 1]],
    ])(
      'insertMany with ordered: %s inserts %d around a duplicate',
      async (ordered, inserted, ids) => {
        const things = await engine.things();
        const documents = [{ _id: 0 }, { _id: 0 }, { _id: 1 }];
        const error = await failure(things.insertMany(documents, { ordered }));
        expect(error).toMatchObject({ code: 11000, insertedCount: inserted });
        expect(await idsFound(things, {})).toEqual(ids);
      },
    );
  });
});
