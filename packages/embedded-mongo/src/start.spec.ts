import { once } from 'node:events';
import * as fs from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BSON } from 'bson';
import { bytesOf } from '../test/support/bson';
import { socketOf } from '../test/support/database-address';
import { EmbeddedMongo, startEmbeddedMongo } from '.';
import { openFile } from './journal/journal-file';
import { FrameReader } from './wire/frames';

const OP_MSG = 2013;

/** An OP_MSG with one document. */
function message(requestId: number, command: object): Buffer {
  const body = bytesOf({ ...command, $db: 'test' });
  const header = Buffer.alloc(21);
  header.writeInt32LE(header.length + body.length, 0);
  header.writeInt32LE(requestId, 4);
  header.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([header, body]);
}

describe('starting the embedded engine', () => {
  it('listens where only this user can reach it, and leaves nothing behind', async () => {
    const engine = await startEmbeddedMongo();
    const socket = socketOf(engine.uri);
    if (!('path' in socket)) throw new Error('not on a Unix socket');
    const directory = dirname(socket.path);
    expect(fs.statSync(directory).mode & 0o777).toBe(0o700);
    await engine.stop();
    expect(fs.existsSync(directory)).toBe(false);
  });
});

describe('answers on one connection', () => {
  let directory: string;
  let engine: EmbeddedMongo;
  let finishSync: (() => void) | undefined;

  beforeAll(async () => {
    directory = fs.mkdtempSync(join(tmpdir(), 'answers-'));
    engine = await startEmbeddedMongo({
      data: {
        directory,
        sync: 'interval',
        report: () => undefined,
        openFile: (path, flags) => ({
          ...openFile(path, flags),
          sync: () => new Promise((resolve) => (finishSync = resolve)),
        }),
      },
    });
  });
  afterAll(async () => {
    const stopped = engine.stop();
    finishSync?.();
    await stopped;
    fs.rmSync(directory, { recursive: true });
  });

  it('keep their order, though the first of them waits for the disk as it was asked to', async () => {
    const socket = connect(socketOf(engine.uri));
    const frames = new FrameReader();
    const replies: [number, BSON.Document][] = [];
    socket.on('data', (chunk) => {
      for (const reply of frames.push(chunk)) {
        replies.push([reply.readInt32LE(8), BSON.deserialize(reply.subarray(21))]);
      }
    });
    const insert = { insert: 'things', documents: [{ _id: 1 }], writeConcern: { w: 1, j: true } };
    socket.write(Buffer.concat([message(7, insert), message(8, { count: 'things' })]));
    // Another connection is served meanwhile, and sees that the write has been made.
    const other = connect(socketOf(engine.uri));
    for (let n = 0; n === 0;) {
      other.write(message(9, { count: 'things' }));
      const [chunk] = (await once(other, 'data')) as [Buffer];
      n = Number(BSON.deserialize(chunk.subarray(21)).n);
    }
    expect(replies).toEqual([]);
    finishSync?.();
    while (replies.length < 2) await once(socket, 'data');
    expect(replies).toEqual([
      [7, { n: 1, ok: 1 }],
      [8, { n: 1, ok: 1 }],
    ]);
    socket.destroy();
    other.destroy();
  });
});
