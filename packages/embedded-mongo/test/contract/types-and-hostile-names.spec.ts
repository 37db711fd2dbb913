import { mongo } from 'mongoose';
import { Engine, failure, idsFound, Thing } from './engine';

const { Binary, BSONRegExp, Double, Int32, Long, MaxKey, MinKey, ObjectId, UUID } = mongo.BSON;

/** A document whose keys JavaScript would not take in a literal. */
const named = (name: string, value: unknown): mongo.Document => Object.fromEntries([[name, value]]);

/** `{v: {v: … 0}}` with this many documents inside each other. */
const nested = (levels: number): unknown => (levels === 0 ? 0 : { v: nested(levels - 1) });

const HOSTILE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  '0',
  'with space',
  'ünïcödé \u{1F4F1}',
  'x'.repeat(2_000),
];

describe('types and hostile names', () => {
  let engine: Engine;
  beforeAll(async () => (engine = await Engine.open()));

  describe('a value', () => {
    const values: Record<string, unknown> = {
      Int32: new Int32(7),
      'a negative Int32': new Int32(-(2 ** 31)),
      'a Long that would fit an Int32': new Long(7),
      'the largest Long': Long.MAX_VALUE,
      'a Double without a fraction': new Double(7),
      'a Double': new Double(0.1),
      infinity: new Double(-Infinity),
      NaN: new Double(NaN),
      'an empty string': '',
      'a string with NUL': 'a\0b',
      'a string beyond ASCII': 'ä\u{1F4F1}\ufffd',
      true: true,
      null: null,
      'a date': new Date(1_700_000_000_123),
      'a date before 1970': new Date(-1),
      ObjectId: new ObjectId(),
      'binary data': new Binary(Buffer.from([0, 255, 128]), 0),
      UUID: new UUID(),
      'a regular expression': new BSONRegExp('^a.b', 'i'),
      MinKey: new MinKey(),
      MaxKey: new MaxKey(),
      'an empty document': {},
      'an empty array': [],
      'a nested array': [[1, [2]], { a: [] }],
    };

    it.each(Object.entries(values))('comes back as it went: %s', async (_name, value) => {
      const things = await engine.things({ value, list: [value] });
      await things.updateOne({ _id: 0 }, { $set: { other: 1, copy: value } });
      const raw = { promoteValues: false, bsonRegExp: true } as const;
      const [found = {}] = await things.find({}, raw).toArray();
      const bytes = mongo.BSON.serialize({ _id: 0, value, list: [value], copy: value, other: 1 });
      expect(mongo.BSON.serialize(inOneOrder(found)).toString()).toBe(bytes.toString());
    });

    /** With the fields that the update added in one order: not every engine has them in that of their names. */
    const inOneOrder = (found: mongo.Document): object =>
      Object.fromEntries(
        ['_id', 'value', 'list', 'copy', 'other'].map((name) => [name, found[name] as unknown]),
      );
  });

  describe('$inc', () => {
    it.each<[string, unknown, unknown, unknown]>([
      ['keeps Int32', new Int32(1), new Int32(2), new Int32(3)],
      [
        'turns Int32 into Long where it overflows',
        new Int32(2 ** 31 - 1),
        new Int32(1),
        new Long(2 ** 31),
      ],
      ['keeps Long', new Long(1), new Int32(2), new Long(3)],
      [
        'keeps a Long beyond 2^53 exact',
        Long.fromString('9007199254740993'),
        new Int32(1),
        Long.fromString('9007199254740994'),
      ],
      ['turns into a Double with a Double', new Int32(1), new Double(0.5), new Double(1.5)],
    ])('%s', async (_behaviour, before, by, after) => {
      const things = await engine.things({ n: before });
      const update: mongo.Document = { $inc: { n: by } };
      await things.updateOne({ _id: 0 }, update);
      expect(await things.findOne({}, { promoteValues: false })).toMatchObject({ n: after });
    });

    it('refuses to leave the range of Long', async () => {
      const things = await engine.things({ n: Long.MAX_VALUE });
      expect((await failure(things.updateOne({ _id: 0 }, { $inc: { n: 1 } }))).code).toBe(2);
    });
  });

  describe('an _id', () => {
    it.each<[string, unknown]>([
      ['a string', 'x'],
      ['an empty string', ''],
      ['a document', { a: 1, b: 2 }],
      ['a date', new Date(5)],
      ['binary data', new Binary(Buffer.from([1]))],
      ['a Double', 1.5],
    ])('may be %s', async (_what, _id) => {
      const things = (await engine.things()) as unknown as mongo.Collection<{ _id: unknown }>;
      await things.insertOne({ _id });
      expect((await failure(things.insertOne({ _id }))).code).toBe(11000);
      const filter: mongo.Document = { _id };
      expect(await things.find(filter).toArray()).toHaveLength(1);
    });

    it.each<[string, unknown]>([
      ['an array', [1]],
      ['a regular expression', /x/],
    ])('may not be %s', async (_what, _id) => {
      const things = (await engine.things()) as unknown as mongo.Collection<{ _id: unknown }>;
      await failure(things.insertOne({ _id }));
      expect(await things.find().toArray()).toEqual([]);
    });

    it('is moved to the front', async () => {
      const things = await engine.things();
      await things.insertOne({ a: 1, _id: 5 });
      expect(Object.keys((await things.findOne()) ?? {})).toEqual(['_id', 'a']);
    });
  });

  describe.each(HOSTILE_NAMES)('the name %p', (name) => {
    it('is stored, found, changed and removed like any other', async () => {
      const things = await engine.things(named(name, 1), {});
      expect(await idsFound(things, named(name, 1))).toEqual([0]);
      expect(await idsFound(things, named(name, { $exists: false }))).toEqual([1]);
      await things.updateOne({ _id: 0 }, { $inc: named(name, 1) });
      expect(await things.findOne({ _id: 0 })).toEqual({ _id: 0, ...named(name, 2) });
      expect(await things.findOne({ _id: 0 }, { projection: named(name, 1) })).toEqual({
        _id: 0,
        ...named(name, 2),
      });
      await things.updateOne({ _id: 0 }, { $unset: named(name, '') });
      expect(await things.findOne({ _id: 0 })).toEqual({ _id: 0 });
    });

    it('is a step on a path', async () => {
      const things = await engine.things({ a: named(name, { b: 1 }) }, {});
      expect(await idsFound(things, named(`a.${name}.b`, 1))).toEqual([0]);
      await things.updateMany({}, { $set: named(`a.${name}.c`, 2) });
      expect(await idsFound(things, named(`a.${name}.c`, 2))).toEqual([0, 1]);
      expect(await things.findOne({ _id: 1 })).toEqual({ _id: 1, a: named(name, { c: 2 }) });
    });
  });

  it('nothing reaches a prototype', async () => {
    const things = await engine.things({});
    await things.updateOne(
      { _id: 0 },
      { $set: { 'constructor.prototype.polluted': 1, '__proto__.polluted': 1 } },
    );
    await things.find(named('__proto__', { polluted: 1 })).toArray();
    expect('polluted' in {}).toBe(false);
  });

  it('a field is not found by what every object has', async () => {
    const things = await engine.things({ a: 'text' });
    for (const name of ['constructor', 'toString', '__proto__', 'a.length', 'a.constructor']) {
      expect(await idsFound(things, named(name, { $exists: true }))).toEqual([]);
    }
  });

  it('an update cannot make an empty name', async () => {
    const things = await engine.things({});
    expect((await failure(things.updateOne({ _id: 0 }, { $set: { 'a.': 1 } }))).code).toBe(56);
  });

  it('a collection may have a hostile name', async () => {
    for (const name of ['__proto__', 'constructor', 'with space']) {
      const collection = engine.db.collection<Thing>(name);
      await collection.insertOne({ _id: 1 });
      expect(await collection.find().toArray()).toEqual([{ _id: 1 }]);
    }
  });

  describe('limits', () => {
    it('100 levels of documents are stored, found and changed', async () => {
      const things = await engine.things({ a: nested(100) });
      const path = ['a', ...Array.from({ length: 100 }, () => 'v')].join('.');
      expect(await idsFound(things, { [path]: 0 })).toEqual([0]);
      await things.updateOne({ _id: 0 }, { $set: { [path]: 1 } });
      expect(await idsFound(things, { [path]: 1 })).toEqual([0]);
    });

    it('a document of almost 16 MiB is stored, and one byte more than 16 MiB is not', async () => {
      const things = await engine.things();
      const overhead = mongo.BSON.calculateObjectSize({ _id: 0, text: '' });
      const text = 'x'.repeat(16 * 1024 * 1024 - overhead);
      await things.insertOne({ _id: 0, text });
      const grow: mongo.Document = { $set: { text: `${text}x` } };
      await failure(things.updateOne({ _id: 1 }, grow, { upsert: true }));
      expect(await idsFound(things, {})).toEqual([0]);
    }, 60_000);

    it('a document does not grow beyond 16 MiB', async () => {
      const things = await engine.things({ list: ['x'.repeat(9_000_000)] });
      const push: mongo.Document = { $push: { list: 'x'.repeat(9_000_000) } };
      await failure(things.updateOne({ _id: 0 }, push));
      const [{ list } = { list: [] }] = await things.find().toArray();
      expect(list).toHaveLength(1);
    }, 60_000);
  });
});
