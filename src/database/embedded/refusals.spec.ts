import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { mongo } from 'mongoose';
import { socketOf } from '../../../test/support/database-address';
import { startEmbeddedMongo } from '.';
import type { EmbeddedMongo } from '.';

const OP_MSG = 2013;
const OP_COMPRESSED = 2012;

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

  describe('bytes that are not the protocol', () => {
    async function open(): Promise<Socket> {
      const socket = connect(socketOf(engine.uri));
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      return socket;
    }

    const int32 = (value: number): Buffer => {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32LE(value);
      return bytes;
    };

    /** A message with a header that tells its length. */
    const message = (operation: number, ...parts: Buffer[]): Buffer => {
      const body = Buffer.concat(parts);
      return Buffer.concat([int32(16 + body.length), int32(1), int32(0), int32(operation), body]);
    };
    const kind = (number: number): Buffer => Buffer.from([number]);
    const bson = (document: object): Buffer => Buffer.from(mongo.BSON.serialize(document));
    const ping = bson({ ping: 1, $db: 'test' });

    /** Documents inside each other, more than any recursion would bear. */
    const abyss = (levels: number): Buffer => {
      const bytes = Buffer.alloc(levels * 8 + 5);
      for (let level = 0; level <= levels; level++) {
        bytes.writeInt32LE((levels - level) * 8 + 5, level * 7);
        if (level < levels) bytes.write('\x03v\0', level * 7 + 4, 'latin1');
      }
      return bytes;
    };

    it.each<[string, Buffer]>([
      ['a request of HTTP', Buffer.from('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')],
      ['a length that is negative', int32(-5)],
      ['zeros', Buffer.alloc(64)],
      ['an impossible length', Buffer.concat([int32(2 ** 31 - 1), Buffer.alloc(12)])],
      ['an unknown operation', message(1, ping)],
      ['a compressed message', message(OP_COMPRESSED, int32(OP_MSG), int32(10), kind(0))],
      ['unknown flags', message(OP_MSG, int32(4), kind(0), ping)],
      ['a message without a body', message(OP_MSG, int32(0))],
      ['a message with two bodies', message(OP_MSG, int32(0), kind(0), ping, kind(0), ping)],
      ['a section of an unknown kind', message(OP_MSG, int32(0), kind(2), ping)],
      ['a body longer than the message', message(OP_MSG, int32(0), kind(0), int32(1000), ping)],
      [
        'a body that ends too early',
        message(OP_MSG, int32(0), kind(0), int32(40), Buffer.alloc(36, 0x10)),
      ],
      [
        'an unknown BSON type',
        message(OP_MSG, int32(0), kind(0), int32(8), Buffer.from('\x44a\0\0', 'latin1')),
      ],
      [
        'a sequence named like a field',
        message(OP_MSG, int32(0), kind(0), ping, kind(1), int32(9), Buffer.from('ping\0')),
      ],
    ])('%s close the connection that sent them, and no other', async (_what, bytes) => {
      const [socket, bystander] = [await open(), await open()];
      const closed = once(socket, 'close');
      socket.write(bytes.length < 16 ? Buffer.concat([bytes, Buffer.alloc(16)]) : bytes);
      await closed;
      bystander.write(message(OP_MSG, int32(0), kind(0), ping));
      const [reply] = (await once(bystander, 'data')) as [Buffer];
      expect(mongo.BSON.deserialize(reply.subarray(21))).toEqual({ ok: 1 });
      bystander.destroy();
      expect(await db.command({ ping: 1 })).toEqual({ ok: 1 });
    });

    it('a message that stops half-way disturbs nobody', async () => {
      const socket = await open();
      socket.write(message(OP_MSG, int32(0), kind(0), ping).subarray(0, 30));
      expect(await db.command({ ping: 1 })).toEqual({ ok: 1 });
      socket.destroy();
    });

    it('a message may come byte by byte', async () => {
      const socket = await open();
      socket.setNoDelay(true);
      for (const byte of message(OP_MSG, int32(0), kind(0), ping))
        socket.write(Buffer.from([byte]));
      const [reply] = (await once(socket, 'data')) as [Buffer];
      expect(mongo.BSON.deserialize(reply.subarray(21))).toEqual({ ok: 1 });
      socket.destroy();
    });

    it('several messages may come at once, and are answered in their order', async () => {
      const socket = await open();
      const request = message(OP_MSG, int32(0), kind(0), ping);
      const requests = [7, 8, 9].map((id) =>
        Buffer.concat([request.subarray(0, 4), int32(id), request.subarray(8)]),
      );
      socket.write(Buffer.concat(requests));
      let replies = Buffer.alloc(0);
      const size = 21 + bson({ ok: 1 }).length;
      while (replies.length < 3 * size) {
        const [chunk] = (await once(socket, 'data')) as [Buffer];
        replies = Buffer.concat([replies, chunk]);
      }
      expect([0, 1, 2].map((n) => replies.readInt32LE(n * size + 8))).toEqual([7, 8, 9]);
      socket.destroy();
    });

    it('a document of a million levels is refused, and the connection stays', async () => {
      const socket = await open();
      socket.write(message(OP_MSG, int32(0), kind(0), abyss(1_000_000)));
      const [reply] = (await once(socket, 'data')) as [Buffer];
      expect(mongo.BSON.deserialize(reply.subarray(21))).toMatchObject({ ok: 0, code: 15 });
      socket.destroy();
    });
  });
});
