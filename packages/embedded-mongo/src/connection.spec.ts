import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { BSON } from 'bson';
import fc from 'fast-check';
import { bytesOf } from '../test/support/bson';
import { socketOf } from '../test/support/database-address';
import { startEmbeddedMongo } from '.';
import type { EmbeddedMongo } from '.';
import { FrameReader } from './wire/frames';

const OP_QUERY = 2004;
const OP_COMPRESSED = 2012;
const OP_MSG = 2013;

function frame(operation: number, ...parts: Buffer[]): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + Buffer.concat(parts).length, 0);
  header.writeInt32LE(7, 4);
  header.writeInt32LE(operation, 12);
  return Buffer.concat([header, ...parts]);
}

const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};

/** An OP_MSG with one document. */
function message(command: object, flags = 0): Buffer {
  return frame(OP_MSG, int(flags), Buffer.of(0), bytesOf({ ...command, $db: 'test' }));
}

/** A section of documents that belong to an array of the command. */
function sequence(name: string, ...documents: object[]): Buffer {
  const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map(bytesOf)]);
  return Buffer.concat([Buffer.of(1), int(content.length + 4), content]);
}

describe('a connection', () => {
  let engine: EmbeddedMongo;
  let socket: Socket;
  let frames: FrameReader;

  const open = async (): Promise<Socket> => {
    const opened = connect(socketOf(engine.uri)).on('error', () => undefined);
    await once(opened, 'connect');
    return opened;
  };

  /** The next answer, without its envelope. */
  const answer = async (): Promise<BSON.Document> => {
    for (;;) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      const [reply] = frames.push(chunk);
      if (reply)
        return BSON.deserialize(reply.subarray(reply.readInt32LE(12) === OP_MSG ? 21 : 36));
    }
  };

  const ask = (bytes: Buffer): Promise<BSON.Document> => {
    socket.write(bytes);
    return answer();
  };

  beforeAll(async () => (engine = await startEmbeddedMongo()));
  afterAll(() => engine.stop());
  beforeEach(async () => {
    socket = await open();
    frames = new FrameReader();
  });
  afterEach(() => socket.destroy());

  it('is greeted in the old form and in the new', async () => {
    const name = Buffer.from('admin.$cmd\0');
    const query = [int(0), name, int(0), int(-1), bytesOf({ ismaster: 1, helloOk: true })];
    expect(await ask(frame(OP_QUERY, ...query))).toMatchObject({ ismaster: true, ok: 1 });
    const hello = await ask(message({ hello: 1 }));
    expect(hello).toMatchObject({ isWritablePrimary: true, maxWireVersion: 21, ok: 1 });
    expect(hello).not.toHaveProperty('setName');
    expect(hello).not.toHaveProperty('topologyVersion');
  });

  it('may send a message in pieces, and several in one', async () => {
    const ping = message({ ping: 1 });
    for (const byte of ping) socket.write(Buffer.of(byte));
    expect(await answer()).toEqual({ ok: 1 });
    const [first, second] = [await ask(Buffer.concat([ping, ping])), undefined];
    expect(first).toEqual({ ok: 1 });
    expect(second).toBeUndefined();
  });

  it('may send documents beside the command', async () => {
    const insert = bytesOf({ insert: 'things', $db: 'test' });
    const documents = sequence('documents', { _id: 1 }, { _id: 2 });
    expect(await ask(frame(OP_MSG, int(0), Buffer.of(0), insert, documents))).toEqual({
      n: 2,
      ok: 1,
    });
  });

  it('hears nothing when it does not want to', async () => {
    socket.write(message({ insert: 'quiet', documents: [{ _id: 1 }] }, 2));
    expect(await ask(message({ count: 'quiet' }))).toEqual({ n: 1, ok: 1 });
  });

  it('hears why a document is refused, and goes on', async () => {
    const refused = await ask(message({ ping: 1, comment: new BSON.Timestamp(0n) }));
    expect(refused).toMatchObject({ ok: 0, code: 115, codeName: 'CommandNotSupported' });
    expect(await ask(message({ ping: 1 }))).toEqual({ ok: 1 });
  });

  it.each<[what: string, bytes: Buffer]>([
    ['a length of nothing', Buffer.alloc(16)],
    ['a negative length', Buffer.concat([int(-1), Buffer.alloc(12)])],
    ['a length beyond all messages', Buffer.concat([int(48_000_001), Buffer.alloc(12)])],
    ['an unknown operation', frame(OP_COMPRESSED, Buffer.alloc(9))],
    ['a message without a body', frame(OP_MSG, int(0))],
    [
      'a message with two bodies',
      frame(OP_MSG, int(0), message({ ping: 1 }).subarray(20), message({ ping: 1 }).subarray(20)),
    ],
    ['flags that must be understood', message({ ping: 1 }, 4)],
    ['a section of an unknown kind', frame(OP_MSG, int(0), Buffer.of(2), bytesOf({ ping: 1 }))],
    ['a body that is not BSON', frame(OP_MSG, int(0), Buffer.of(0), int(6), Buffer.of(9, 0))],
    ['a message too short for its flags', frame(OP_MSG, Buffer.of(0))],
    [
      'a query that is no command',
      frame(OP_QUERY, int(0), Buffer.from('a.b\0'), int(0), int(1), bytesOf({})),
    ],
    ['another protocol', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ])('ends with %s, and no other with it', async (_what, bytes) => {
    const other = await open();
    socket.write(bytes);
    await once(socket, 'close');
    socket = other;
    expect(await ask(message({ ping: 1 }))).toEqual({ ok: 1 });
  });

  it('survives whatever bytes another sends', async () => {
    const ping = message({ find: 'things', filter: { a: { $in: [1, 'x'] } } });
    await fc.assert(
      fc.asyncProperty(fc.nat(ping.length - 1), fc.nat(255), async (at, byte) => {
        const damaged = Buffer.from(ping);
        damaged.writeUInt8(byte, at);
        const hostile = await open();
        hostile.end(damaged);
        await once(hostile.resume(), 'close');
      }),
      { numRuns: 200 },
    );
    expect(await ask(message({ ping: 1 }))).toEqual({ ok: 1 });
  });
});
