import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { mongo } from 'mongoose';
import { socketOf } from '../test/support/database-address';
import { startEmbeddedMongo } from '.';
import type { EmbeddedMongo } from '.';

const OP_MSG = 2013;
const OP_COMPRESSED = 2012;

describe('bytes that are not the protocol', () => {
  let engine: EmbeddedMongo;
  let client: mongo.MongoClient;
  let db: mongo.Db;

  beforeAll(async () => {
    engine = await startEmbeddedMongo();
    client = await new mongo.MongoClient(engine.uri).connect();
    db = client.db('test');
  });
  afterAll(async () => {
    await client.close();
    await engine.stop();
  });

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

  it('a message that stops half-way disturbs no other client', async () => {
    const socket = await open();
    socket.write(message(OP_MSG, int32(0), kind(0), ping).subarray(0, 30));
    expect(await db.command({ ping: 1 })).toEqual({ ok: 1 });
    socket.destroy();
  });

  it('a message may come byte by byte', async () => {
    const socket = await open();
    socket.setNoDelay(true);
    for (const byte of message(OP_MSG, int32(0), kind(0), ping)) socket.write(Buffer.from([byte]));
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
