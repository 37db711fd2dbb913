import { mongo } from 'mongoose';
import { Engine, failure, idsFound, planOf, Things } from './engine';

const DUPLICATE_KEY = 11000;
const SOME_ID = new mongo.ObjectId();

describe('indexes', () => {
  let engine: Engine;
  beforeAll(async () => (engine = await Engine.open()));

  const insert = (things: Things, _id: number, fields: object): Promise<unknown> =>
    things.insertOne({ _id, ...fields });

  const makeIndex = (
    things: Things,
    key: Record<string, 1 | -1>,
    options: Omit<mongo.IndexDescription, 'key'> = {},
  ): Promise<string[]> => things.createIndexes([{ key, ...options }]);

  describe('a unique index', () => {
    it('refuses a second document with the key, and says which', async () => {
      const things = await engine.things({ email: 'a@example.com' });
      await makeIndex(things, { email: 1 }, { unique: true });
      const refused = await failure(insert(things, 1, { email: 'a@example.com' }));
      expect(refused).toMatchObject({
        code: DUPLICATE_KEY,
        keyPattern: { email: 1 },
        keyValue: { email: 'a@example.com' },
      });
      expect(refused.message).toContain('E11000 duplicate key error');
      expect(refused.message).toContain('email_1');
      expect(await idsFound(things, {})).toEqual([0]);
    });

    it('holds for every _id', async () => {
      const things = await engine.things({});
      expect(await failure(insert(things, 0, { a: 1 }))).toMatchObject({
        code: DUPLICATE_KEY,
        keyPattern: { _id: 1 },
        keyValue: { _id: 0 },
      });
    });

    it('refuses an update into the key of another, and leaves the document as it was', async () => {
      const things = await engine.things({ a: 1, b: 1 }, { a: 1, b: 2 });
      await makeIndex(things, { a: 1, b: 1 }, { unique: true });
      const refused = await failure(things.updateOne({ _id: 1 }, { $set: { b: 1, c: 1 } }));
      expect(refused.code).toBe(DUPLICATE_KEY);
      expect(await things.findOne({ _id: 1 })).toEqual({ _id: 1, a: 1, b: 2 });
    });

    it('lets a document keep its own key', async () => {
      const things = await engine.things({ a: 1 });
      await makeIndex(things, { a: 1 }, { unique: true });
      await things.updateOne({ _id: 0 }, { $set: { a: 1, b: 1 } });
      await things.replaceOne({ _id: 0 }, { a: 1, c: 1 });
      expect(await things.findOne()).toEqual({ _id: 0, a: 1, c: 1 });
    });

    it('frees the key of a document that is gone or has another now', async () => {
      const things = await engine.things({ a: 1 }, { a: 2 });
      await makeIndex(things, { a: 1 }, { unique: true });
      await things.deleteOne({ a: 1 });
      await things.updateOne({ a: 2 }, { $set: { a: 3 } });
      await insert(things, 2, { a: 1 });
      await insert(things, 3, { a: 2 });
      expect(await idsFound(things, { a: { $in: [1, 2] } })).toEqual([2, 3]);
    });

    it('takes a missing field for null', async () => {
      const things = await engine.things({});
      await makeIndex(things, { a: 1 }, { unique: true });
      expect((await failure(insert(things, 1, { b: 1 }))).code).toBe(DUPLICATE_KEY);
      expect((await failure(insert(things, 1, { a: null }))).code).toBe(DUPLICATE_KEY);
    });

    it('takes 1, 1.0 and a Long of 1 for one key', async () => {
      const things = await engine.things({ a: 1 });
      await makeIndex(things, { a: 1 }, { unique: true });
      for (const a of [new mongo.Double(1), new mongo.Long(1)]) {
        expect((await failure(insert(things, 1, { a }))).code).toBe(DUPLICATE_KEY);
      }
      await insert(things, 1, { a: '1' });
    });

    it('cannot be built over duplicates, and then is not there', async () => {
      const things = await engine.things({ a: 1 }, { a: 1 });
      const refused = await failure(makeIndex(things, { a: 1 }, { unique: true }));
      expect(refused.code).toBe(DUPLICATE_KEY);
      expect(await things.indexes()).toHaveLength(1);
    });

    it('that is sparse bears many without the field, but one null', async () => {
      const things = await engine.things();
      await makeIndex(things, { a: 1 }, { unique: true, sparse: true });
      await insert(things, 0, {});
      await insert(things, 1, {});
      await insert(things, 2, { a: null });
      expect((await failure(insert(things, 3, { a: null }))).code).toBe(DUPLICATE_KEY);
      expect(await idsFound(things, { a: null })).toEqual([0, 1, 2]);
    });

    it('that is partial looks at what its filter covers', async () => {
      const things = await engine.things();
      await makeIndex(things, { a: 1 }, { unique: true, partialFilterExpression: { live: true } });
      await insert(things, 0, { a: 1, live: false });
      await insert(things, 1, { a: 1 });
      await insert(things, 2, { a: 1, live: true });
      expect((await failure(insert(things, 3, { a: 1, live: true }))).code).toBe(DUPLICATE_KEY);
      const joins = things.updateOne({ _id: 0 }, { $set: { live: true } });
      expect((await failure(joins)).code).toBe(DUPLICATE_KEY);
      expect(await idsFound(things, { a: 1 })).toEqual([0, 1, 2]);
    });

    it('on tokens inside a nested array finds a token again in another document', async () => {
      const things = await engine.things();
      await makeIndex(things, { 's.r.t.hash': 1 }, { unique: true, sparse: true });
      await insert(things, 0, { s: { r: { t: [{ hash: 'a' }, { hash: 'b' }] } } });
      await insert(things, 1, { s: {} });
      await insert(things, 2, {});
      const push: mongo.Document = { $push: { 's.r.t': { hash: 'b' } } };
      expect((await failure(things.updateOne({ _id: 1 }, push))).code).toBe(DUPLICATE_KEY);
      const pull: mongo.Document = { $pull: { 's.r.t': { hash: 'b' } } };
      await things.updateOne({ _id: 0 }, pull);
      await things.updateOne({ _id: 1 }, push);
      expect(await idsFound(things, { 's.r.t.hash': 'b' })).toEqual([1]);
    });
  });

  it('finds through an index what it finds without', async () => {
    const documents = Array.from({ length: 400 }, (_, n) => ({
      a: n % 7 === 0 ? null : n % 50,
      b: (n * 7) % 101,
      text: `k${n % 13}`,
      list: [n % 5, n % 11],
    }));
    const things = await engine.things(...documents);
    const filters = [
      { a: 7 },
      { a: null },
      { a: { $gte: 40 } },
      { a: { $in: [1, 3, 99, null] } },
      { a: 5, b: { $gt: 50 } },
      { a: { $gt: 10, $lte: 12 }, text: 'k3' },
      { text: /^k1/ },
      { list: 3 },
      { list: { $gt: 3, $lt: 2 } },
      { $and: [{ a: { $gt: 3 } }, { a: { $lt: 9 } }] },
    ];
    const findAll = (): Promise<number[][]> =>
      Promise.all(filters.map((filter) => idsFound(things, filter)));
    const found = await findAll();
    await things.createIndexes([
      { key: { a: 1, b: -1 } },
      { key: { text: 1 } },
      { key: { list: 1 } },
    ]);
    expect(await findAll()).toEqual(found);
  });

  describe('listIndexes', () => {
    it('shows what each index was made of', async () => {
      const things = await engine.things();
      await things.createIndexes([
        { key: { a: 1, 'b.c': -1 } },
        { key: { d: 1 }, unique: true, sparse: true },
        { key: { e: 1 }, partialFilterExpression: { e: { $exists: true } } },
        { key: { f: 1 }, expireAfterSeconds: 60, name: 'mine' },
      ]);
      const indexes = await things.indexes();
      expect(indexes).toMatchObject([
        { key: { _id: 1 }, name: '_id_' },
        { key: { a: 1, 'b.c': -1 }, name: 'a_1_b.c_-1' },
        { key: { d: 1 }, name: 'd_1', unique: true, sparse: true },
        { key: { e: 1 }, name: 'e_1', partialFilterExpression: { e: { $exists: true } } },
        { key: { f: 1 }, name: 'mine', expireAfterSeconds: 60 },
      ]);
      expect(indexes.map((index) => [index.unique, index.sparse])).toEqual([
        [undefined, undefined],
        [undefined, undefined],
        [true, true],
        [undefined, undefined],
        [undefined, undefined],
      ]);
    });

    it('refuses a collection that is not there with code 26', async () => {
      const refused = await failure(engine.db.collection('nowhere').listIndexes().toArray());
      expect(refused.code).toBe(26);
    });
  });

  describe('createIndexes', () => {
    it('does nothing the second time', async () => {
      const things = await engine.things();
      await makeIndex(things, { a: 1 }, { unique: true });
      expect(await makeIndex(things, { a: 1 }, { unique: true })).toEqual(['a_1']);
      expect(await things.indexes()).toHaveLength(2);
    });

    it('refuses the same index under another name with code 85', async () => {
      const things = await engine.things();
      await makeIndex(things, { a: 1 });
      expect((await failure(makeIndex(things, { a: 1 }, { name: 'other' }))).code).toBe(85);
    });

    it('refuses another expiry for the same index with code 85', async () => {
      const things = await engine.things();
      await makeIndex(things, { a: 1 }, { expireAfterSeconds: 60 });
      expect((await failure(makeIndex(things, { a: 1 }, { expireAfterSeconds: 61 }))).code).toBe(
        85,
      );
    });

    it('refuses other keys or options under the same name with code 86', async () => {
      const things = await engine.things();
      await makeIndex(things, { a: 1 }, { name: 'mine' });
      expect((await failure(makeIndex(things, { b: 1 }, { name: 'mine' }))).code).toBe(86);
      const unique = makeIndex(things, { a: 1 }, { name: 'mine', unique: true });
      expect((await failure(unique)).code).toBe(86);
    });

    it.each<[string, mongo.IndexDescription]>([
      ['an unknown direction', { key: { a: 'nope' } as never }],
      ['an expiry over two fields', { key: { a: 1, b: 1 }, expireAfterSeconds: 60 }],
    ])('refuses %s with code 67', async (_what, index) => {
      const things = await engine.things();
      expect((await failure(things.createIndexes([index]))).code).toBe(67);
    });
  });

  it('dropIndex removes one by its name, and never that on _id', async () => {
    const things = await engine.things();
    await things.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }]);
    await things.dropIndex('a_1');
    expect((await things.indexes()).map(({ name }) => name)).toEqual(['_id_', 'b_1']);
    expect((await failure(things.dropIndex('a_1'))).code).toBe(27);
    expect((await failure(things.dropIndex('_id_'))).code).toBe(72);
  });

  it('dropDatabase removes documents, indexes and collections', async () => {
    const db = (await Engine.open()).db;
    await db.collection('a').createIndexes([{ key: { x: 1 }, unique: true }]);
    await db.collection('a').insertOne({ x: 1 });
    await db.dropDatabase();
    expect(await db.listCollections().toArray()).toEqual([]);
    await db.collection('a').insertMany([{ x: 1 }, { x: 1 }]);
    expect((await db.collection('a').indexes()).map(({ name }) => name)).toEqual(['_id_']);
  });

  describe('explain', () => {
    let things: mongo.Collection;

    beforeAll(async () => {
      things = engine.db.collection('explained');
      await things.createIndexes([
        { key: { 'tokens.hash': 1 }, unique: true, sparse: true },
        { key: { owner: 1, name: 1 } },
        { key: { name: 1, year: 1, month: 1 } },
        { key: { token: 1, end: 1 }, partialFilterExpression: { token: { $exists: true } } },
      ]);
      await things.insertOne({ owner: 'o' });
    });

    it.each<[string, mongo.Filter<mongo.Document>, string | RegExp]>([
      ['a field of documents in an array', { 'tokens.hash': 'h' }, 'IXSCAN tokens.hash_1'],
      ['_id', { _id: SOME_ID }, /^IXSCAN (IDHACK|_id_)$/],
      ['_id and another indexed field', { _id: SOME_ID, 'tokens.hash': 'h' }, /^IXSCAN /],
      ['the first field of an index', { name: 'n' }, 'IXSCAN name_1_year_1_month_1'],
      ['both fields of an index', { owner: 'o', name: 'n' }, 'IXSCAN owner_1_name_1'],
      ['what a partial index holds', { token: 't', end: null }, 'IXSCAN token_1_end_1'],
    ])('tells how %s is found', async (_what, filter, plan) => {
      const found = await planOf(things, filter);
      if (typeof plan === 'string') expect(found).toBe(plan);
      else expect(found).toMatch(plan);
    });
  });
});
