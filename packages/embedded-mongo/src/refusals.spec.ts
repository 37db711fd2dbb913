import { mongo } from 'mongoose';
import { startEmbeddedMongo } from '.';
import type { EmbeddedMongo } from '.';

describe('what the embedded engine does not do', () => {
  let engine: EmbeddedMongo;
  let client: mongo.MongoClient;
  let db: mongo.Db;

  beforeAll(async () => {
    engine = await startEmbeddedMongo();
    client = await new mongo.MongoClient(engine.uri).connect();
    db = client.db('test');
    await db.collection('things').insertMany([{ a: [1] }, { a: [2] }]);
  });
  afterAll(async () => {
    await client.close();
    await engine.stop();
  });

  const refused = async (command: object): Promise<unknown> => {
    try {
      const reply = (await db.command(command)) as { writeErrors?: { code: number }[] };
      return reply.writeErrors?.[0]?.code ?? 'not refused';
    } catch (error) {
      return (error as mongo.MongoServerError).code;
    }
  };

  describe('is refused', () => {
    const find = (options: object): object => ({ find: 'things', ...options });
    const update = (u: unknown, options: object = {}): object => ({
      update: 'things',
      updates: [{ q: {}, u, ...options }],
    });
    const index = (key: object, options: object = {}): object => ({
      createIndexes: 'things',
      indexes: [{ key, name: 'index', ...options }],
    });
    const insert = (document: object): object => ({ insert: 'things', documents: [document] });
    const lsid = { id: new mongo.UUID() };

    it.each<[string, object, number]>([
      ['an unknown command', { nope: 1 }, 59],
      ['a command that is a name of JavaScript', Object.fromEntries([['__proto__', 1]]), 59],
      ['distinct', { distinct: 'things', key: 'a' }, 59],
      ['mapReduce', { mapReduce: 'things' }, 59],
      ['an unknown option', find({ nope: 1 }), 115],
      ['an unknown option of a statement', update({ $set: { a: 1 } }, { nope: 1 }), 115],
      ['hint', find({ hint: { a: 1 } }), 115],
      ['collation', find({ collation: { locale: 'de' } }), 115],
      ['collation of an update', update({ $set: { a: 1 } }, { collation: { locale: 'de' } }), 115],
      ['collation of an index', index({ a: 1 }, { collation: { locale: 'de' } }), 197],
      ['let', find({ let: { x: 1 } }), 115],
      ['a versioned API', find({ apiVersion: '1' }), 115],
      ['a tailable cursor', find({ tailable: true }), 115],
      ['an option of a wrong type', find({ limit: 'x' }), 14],
      ['a negative limit', find({ limit: -1 }), 51024],
      ['an unknown operator', find({ filter: { a: { $nope: 1 } } }), 2],
      ['an unknown operator on top', find({ filter: { $nope: 1 } }), 2],
      ['$where', find({ filter: { $where: 'true' } }), 2],
      ['$where as the operator of a field', find({ filter: { a: { $where: 'true' } } }), 2],
      ['$expr', find({ filter: { $expr: { $eq: ['$a', 1] } } }), 2],
      ['$text', find({ filter: { $text: { $search: 'x' } } }), 2],
      ['$near', find({ filter: { a: { $near: [0, 0] } } }), 2],
      ['$mod', find({ filter: { a: { $mod: [2, 0] } } }), 2],
      ['an operator with the name of a prototype', find({ filter: { a: { $constructor: 1 } } }), 2],
      ['a broken regular expression', find({ filter: { a: { $regex: '(' } } }), 51091],
      ['flags twice', find({ filter: { a: { $regex: /x/i, $options: '' } } }), 51075],
      ['sorting by a position', find({ sort: { 'a.0': 1 } }), 115],
      ['sorting in no direction', find({ sort: { a: 2 } }), 15975],
      ['sorting by text', find({ sort: { a: 'up' } }), 15974],
      ['an expression in a projection', find({ projection: { b: '$a' } }), 115],
      ['$slice in a projection', find({ projection: { a: { $slice: 1 } } }), 115],
      ['an unknown modifier', update({ $nope: { a: 1 } }), 9],
      ['a modifier of JavaScript', update({ $constructor: { a: 1 } }), 9],
      ['$rename', update({ $rename: { a: 'b' } }), 9],
      ['$currentDate', update({ $currentDate: { a: true } }), 9],
      ['a modifier after a field', update({ a: 1, $set: { b: 1 } }), 52],
      ['a modifier without fields', update({ $set: 1 }), 9],
      ['an update with a pipeline', update([{ $set: { a: 1 } }]), 115],
      ['arrayFilters', update({ $set: { 'a.$[x]': 1 } }, { arrayFilters: [{ x: 1 }] }), 115],
      ['every element of an array', update({ $set: { 'a.$[]': 1 } }), 115],
      ['$sort in $push', update({ $push: { a: { $each: [], $sort: 1 } } }), 115],
      ['a replacement of many', update({ a: 1 }, { multi: true }), 9],
      ['a name that begins with $ in an update', update({ $set: { 'b.$nope': 1 } }), 52],
      ['a name that begins with $ in a document', insert({ a: { $nope: 1 } }), 52],
      ['a path that is too deep', update({ $set: { [Array(200).fill('a').join('.')]: 1 } }), 15],
      ['a number of 128 bits', insert({ a: mongo.Decimal128.fromString('1') }), 115],
      ['a timestamp', insert({ a: new mongo.Timestamp({ t: 1, i: 1 }) }), 115],
      ['code', insert({ a: new mongo.Code('x') }), 115],
      ['a text index', index({ a: 'text' }), 67],
      ['a geo index', index({ a: '2dsphere' }), 67],
      ['a hashed index', index({ a: 'hashed' }), 67],
      ['a wildcard index', index({ 'a.$**': 1 }), 67],
      ['a wildcard index on everything', index({ '$**': 1 }), 67],
      ['an index on a position', index({ 'a.0': 1 }), 115],
      ['an index that is hidden', index({ a: 1 }, { hidden: true }), 197],
      [
        'an index that is sparse and partial',
        index({ a: 1 }, { sparse: true, partialFilterExpression: { a: 1 } }),
        67,
      ],
      [
        'a partial index by a negation',
        index({ a: 1 }, { partialFilterExpression: { a: { $ne: 1 } } }),
        67,
      ],
      ['a capped collection', { create: 'capped', capped: true, size: 100 }, 115],
      ['a view', { create: 'view', viewOn: 'things', pipeline: [] }, 115],
      [
        'a transaction',
        find({ lsid, txnNumber: mongo.Long.ONE, startTransaction: true, autocommit: false }),
        20,
      ],
      [
        'a write that may be repeated',
        { ...insert({ a: 1 }), lsid, txnNumber: mongo.Long.ONE },
        20,
      ],
      ['a collection without a name', { insert: '', documents: [{}] }, 73],
      ['a collection named like an operator', { insert: 'a$b', documents: [{}] }, 73],
      ['a batch of nothing', { insert: 'things', documents: [] }, 16],
      ['a cursor that is none', { getMore: mongo.Long.fromNumber(99), collection: 'things' }, 43],
      ['a command that is a name of every object', { constructor: 1 }, 59],
      ['an option of another command', { count: 'things', projection: {} }, 115],
      [
        'collation of a deletion',
        { delete: 'things', deletes: [{ q: {}, limit: 1, collation: {} }] },
        115,
      ],
      ['a hint inside a statement', update({}, { hint: 'a' }), 115],
      ['a filter of a wrong type', find({ filter: 5 }), 14],
      ['a number for a collection', { find: 5 }, 14],
      ['a command without what it needs', { insert: 'things' }, 40414],
      ['a deletion of two documents', { delete: 'things', deletes: [{ q: {}, limit: 2 }] }, 9],
      ['a collection of the system', { insert: 'system.users', documents: [{}] }, 73],
      ['making a collection that exists', { create: 'things' }, 48],
      ['explaining what has no plan', { explain: { ping: 1 } }, 59],
      ['removing and updating', { findAndModify: 'things', remove: true, update: {} }, 9],
      ['neither removing nor updating', { findAndModify: 'things' }, 9],
      ['an unknown stage', { aggregate: 'things', pipeline: [{ $nope: 1 }], cursor: {} }, 40324],
      ['an index on a field and on a part of it', index({ a: 1, 'a.b': 1 }), 115],
      ['an array for an _id', insert({ _id: [1] }), 2],
      ['a regular expression for an _id', insert({ _id: /x/ }), 2],
      [
        'an array for the _id of an upsert',
        update({ _id: [1] }, { upsert: true, q: { z: 1 } }),
        53,
      ],
    ])('%s', async (_what, command, code) => {
      expect(await refused(command)).toBe(code);
    });

    it('and has changed nothing', async () => {
      const things = await db
        .collection('things')
        .find({}, { projection: { _id: 0 } })
        .toArray();
      expect(things).toEqual([{ a: [1] }, { a: [2] }]);
      expect(await db.collection('things').indexes()).toHaveLength(1);
    });
  });

  it('a transaction of the driver fails and leaves nothing behind', async () => {
    const run = client.withSession((session) =>
      session.withTransaction(() => db.collection('other').insertOne({ a: 1 }, { session })),
    );
    await expect(run).rejects.toThrow('does not support');
    expect(await db.collection('other').find().toArray()).toEqual([]);
  });

  it('what every command may carry is taken', async () => {
    const general = { maxTimeMS: 5, comment: 'why', writeConcern: { w: 'majority' } };
    const find = { find: 'things', ...general, readConcern: { level: 'local' } };
    expect(await refused(find)).toBe('not refused');
  });

  it('an update that finds no collection makes none', async () => {
    await db.collection('nowhere').updateOne({ a: 1 }, { $set: { b: 1 } });
    await db.collection('nowhere').findOneAndUpdate({ a: 1 }, { $set: { b: 1 } });
    expect(await db.listCollections({ name: 'nowhere' }).toArray()).toEqual([]);
  });

  it('a document larger than 16 MiB is refused to each command by its own number', async () => {
    const large = db.collection<{ _id: number; text: string[] }>('large');
    const ten = 'x'.repeat(10 * 1024 * 1024);
    await large.insertOne({ _id: 1, text: [ten] });
    const push = { $push: { text: ten } };
    await expect(large.updateOne({ _id: 1 }, push)).rejects.toMatchObject({ code: 17419 });
    expect((await large.findOne({ _id: 1 }))?.text).toHaveLength(1);
    const most = { $set: { text: ['x'.repeat(16 * 1024 * 1024 - 5)] } };
    const upsert: mongo.UpdateOptions = { upsert: true };
    await expect(large.updateOne({ _id: 2 }, most, upsert)).rejects.toMatchObject({ code: 17420 });
  }, 60_000);
});
