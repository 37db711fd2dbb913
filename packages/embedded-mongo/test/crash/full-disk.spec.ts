import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { startEmbeddedMongo } from '../../src';

const SCRIPT = join(__dirname, 'full-disk.mjs');

describe('a disk that is really full', () => {
  let directory: string;

  beforeEach(() => {
    directory = fs.mkdtempSync(join(tmpdir(), 'full-'));
  });
  afterEach(() => {
    fs.rmSync(directory, { recursive: true });
  });

  it('refuses writes, answers reads, and loses nothing', async () => {
    // The limit of the system on the size of a file, in KiB.
    const command = `ulimit -f 64; exec '${process.execPath}' '${SCRIPT}' '${directory}'`;
    const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await once(child, 'close')).toEqual([0, null]);
    const { written, code, read } = JSON.parse(said) as Record<string, number>;
    expect(code).toBe(14031);
    expect(read).toBe(written);
    expect(written).toBeGreaterThan(40);

    const engine = await startEmbeddedMongo({
      data: { directory, sync: 'always', report: () => undefined },
    });
    const client = await new mongo.MongoClient(engine.uri).connect();
    expect(await client.db('test').collection('things').countDocuments()).toBe(written);
    await client.close();
    await engine.stop();
  }, 60_000);
});
