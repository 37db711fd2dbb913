import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { EmbeddedMongo, startEmbeddedMongo } from '../../src';
import { trials } from '../support/budget';

const WRITER = join(__dirname, 'writer.mjs');
const KILLS = trials(50, 3);
/** Every fifth writer is killed while it starts, the others some time after their first acknowledged write. */
const LONGEST_START_MS = 500;
const LONGEST_WRITING_MS = 150;

interface Counter {
  _id: number;
  n: number;
}

/** The highest number that a writer said of each kind of write. */
type Acknowledged = Map<string, number>;

describe(`a writer that is killed ${KILLS} times`, () => {
  const directory = fs.mkdtempSync(join(tmpdir(), 'kill-'));
  const acknowledged: Acknowledged = new Map();
  let engine: EmbeddedMongo;
  let client: mongo.MongoClient;
  let db: mongo.Db;

  const last = (what: string): number => acknowledged.get(what) ?? 0;

  /** Lets a writer write and kills it at a random moment; what it said until then was acknowledged. */
  async function writeUntilKilled(duringStart: boolean): Promise<void> {
    const child = spawn(process.execPath, [WRITER, directory], {
      // Sockets of those who were killed stay behind, here.
      env: { PATH: process.env.PATH, TMPDIR: directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    if (!duringStart) await Promise.race([once(child.stdout, 'data'), closed]);
    await wait(randomInt(duringStart ? LONGEST_START_MS : LONGEST_WRITING_MS));
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await closed;
    for (const [, what = '', number = ''] of said.matchAll(/^(\w+) (-?\d+)$/gm)) {
      acknowledged.set(what, Math.max(0, Number(number)));
    }
  }

  async function look(action: () => Promise<void>): Promise<void> {
    const reports: string[] = [];
    engine = await startEmbeddedMongo({
      data: { directory, sync: 'interval', report: (message) => reports.push(message) },
    });
    client = await new mongo.MongoClient(engine.uri).connect();
    db = client.db('test');
    try {
      await action();
    } finally {
      await client.close();
      await engine.stop();
    }
    // Killing a process tears nothing: what it handed to the system is written.
    expect(reports.filter((message) => !message.includes('unfinished write'))).toEqual([]);
  }

  /** What was acknowledged is there; of what was not, all or nothing. */
  async function expectPairs(): Promise<void> {
    const found = await db.collection<{ _id: string; k: number }>('pairs').find().toArray();
    const numbers = [...new Set(found.map(({ k }) => k))];
    expect(found.map(({ _id }) => _id)).toEqual(numbers.flatMap((k) => [`a${k}`, `b${k}`]));
    const [newest = 0, oldest = newest + 1] = [numbers.at(-1), numbers[0]];
    expect(numbers).toEqual(Array.from(numbers, (_, i) => oldest + i));
    expect([last('made'), last('made') + 1]).toContain(newest);
    // A command removes all but the newest ten; after a kill that may be more than one pair.
    expect(oldest - 1).toBeGreaterThanOrEqual(last('removed'));
    expect(oldest - 1).toBeLessThanOrEqual(Math.max(0, newest - 10));
    acknowledged.set('made', newest).set('removed', oldest - 1);
  }

  async function expectCounters(): Promise<void> {
    const counters = await db.collection<Counter>('counters').find().toArray();
    const [{ n } = { n: 0 }] = counters;
    const _ids = counters.length > 0 || last('counted') > 0 ? [1, 2, 3, 4, 5] : [];
    expect(counters).toEqual(_ids.map((_id) => ({ _id, n })));
    expect([last('counted'), last('counted') + 1]).toContain(n);
    acknowledged.set('counted', n);
  }

  async function expectCollections(): Promise<void> {
    const collections = await db.listCollections({}, { nameOnly: true }).toArray();
    const numbers = collections
      .flatMap(({ name }) => (name.startsWith('round_') ? [Number(name.slice(6))] : []))
      .sort((a, b) => a - b);
    const [newest = 0, oldest = newest + 1] = [numbers.at(-1), numbers[0]];
    expect(numbers).toEqual(Array.from(numbers, (_, i) => oldest + i));
    expect([last('indexed'), last('indexed') + 1]).toContain(newest);
    expect([last('dropped'), last('dropped') + 1]).toContain(oldest - 1);
    for (const k of numbers) await expectUnique(k);
    acknowledged.set('indexed', newest).set('dropped', oldest - 1);
  }

  /** A collection and its index are made by one command. */
  async function expectUnique(k: number): Promise<void> {
    const collection = db.collection<{ _id: number; u: string }>(
      `round_${String(k).padStart(8, '0')}`,
    );
    expect(await collection.indexExists('by u')).toBe(true);
    const filled = await collection.countDocuments();
    // A writer that was killed before it filled one goes on with the next.
    if (k === last('filled')) expect(filled).toBe(1);
    if (filled === 0) return;
    const twin = { _id: -1, u: 'one of its kind' };
    await expect(collection.insertOne(twin)).rejects.toThrow('E11000');
  }

  afterAll(() => {
    fs.rmSync(directory, { recursive: true });
  });

  it('loses nothing that was acknowledged, and leaves nothing half-written', async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      await writeUntilKilled(kill % 5 === 4);
      await look(async () => {
        await expectPairs();
        await expectCounters();
        await expectCollections();
      });
    }
    const written = last('made') + last('counted') + last('indexed');
    expect(written).toBeGreaterThan(KILLS / 2);
  }, 240_000);
});
