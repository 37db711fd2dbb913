// Starts the built engine on a data directory and writes to it through the real driver, until it is killed. Each line
// that it prints is a write that was acknowledged.
//   node writer.mjs DIRECTORY
import { createRequire } from 'node:module';
import mongoose from 'mongoose';

const { startEmbeddedMongo } = createRequire(import.meta.url)('../../dist/index.js');

const [directory] = process.argv.slice(2);
const { uri } = await startEmbeddedMongo({
  // Small, so that the journal is rewritten all the time.
  data: { directory, sync: 'always', slackBytes: 10_000, report: (line) => console.error(line) },
});
const client = await new mongoose.mongo.MongoClient(uri).connect();
const db = client.db('test');
const say = (...words) => process.stdout.write(`${words.join(' ')}\n`);

const highest = async (collection) => {
  const [last] = await db.collection(collection).find().sort({ k: -1 }).limit(1).toArray();
  return last?.k ?? 0;
};

/** Two documents by one command, and later away by one command. */
async function pairs() {
  const collection = db.collection('pairs');
  await collection.createIndex({ k: 1 });
  for (let k = (await highest('pairs')) + 1; ; k++) {
    await collection.insertMany([
      { _id: `a${k}`, k, filling: 'x'.repeat(200) },
      { _id: `b${k}`, k },
    ]);
    say('made', k);
    await collection.deleteMany({ k: { $lte: k - 10 } });
    say('removed', k - 10);
  }
}

/** Five documents that one command counts up together. */
async function counters() {
  const collection = db.collection('counters');
  const _ids = [1, 2, 3, 4, 5];
  if ((await collection.countDocuments()) === 0) {
    await collection.insertMany(_ids.map((_id) => ({ _id, n: 0 })));
  }
  for (let { n } = await collection.findOne({ _id: 1 }); ; n++) {
    await collection.updateMany({}, { $inc: { n: 1 } });
    say('counted', n + 1);
  }
}

/** Collections that come, with a unique index, and go. */
async function collections() {
  const name = (k) => `round_${String(k).padStart(8, '0')}`;
  const there = (await db.listCollections({}, { nameOnly: true }).toArray())
    .map((collection) => collection.name)
    .filter((collection) => collection.startsWith('round_'));
  const numbers = there.map((collection) => Number(collection.slice('round_'.length)));
  const last = Math.max(0, ...numbers);
  for (const k of numbers.filter((number) => number < last - 1).sort()) {
    await db.collection(name(k)).drop();
    say('dropped', k);
  }
  for (let k = last + 1; ; k++) {
    await db.collection(name(k)).createIndex({ u: 1 }, { unique: true, name: 'by u' });
    say('indexed', k);
    await db.collection(name(k)).insertOne({ _id: k, u: 'one of its kind' });
    say('filled', k);
    await db.collection(name(k - 2)).drop();
    say('dropped', k - 2);
  }
}

await Promise.all([pairs(), counters(), collections()]);
