// One start of the engine, for bench.mjs: seeds as many documents as it is told to, or measures.
import mongoose from 'mongoose';
import { startEmbeddedMongo } from '../dist/index.js';
import { INDEXES, seed } from './documents.mjs';

const [directory, documents] = process.argv.slice(2);
/** Processor time: what the machine does beside it does not count. */
const time = async (action) => {
  const start = process.cpuUsage();
  const result = await action();
  const { user, system } = process.cpuUsage(start);
  return [(user + system) / 1000, result];
};
const memory = () => {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
const open = (options = {}) =>
  startEmbeddedMongo({ data: { directory, sync: 'interval', report: console.error, ...options } });

async function measure() {
  const before = memory();
  const [startMs, engine] = await time(() => open());
  const startBytes = memory() - before;
  const client = await new mongoose.mongo.MongoClient(engine.uri).connect();
  const collection = client.db('bench').collection('logins');
  const find = (sessionId) => time(() => collection.findOne({ sessionId }));
  const [firstMs] = await find('none has it');
  const [nextMs] = await find('nor this');
  for (const { key } of INDEXES) {
    // Whatever is not partial serves a sort; the partial ones a filter that says so.
    const [[field]] = Object.entries(key);
    await collection.findOne({ [field]: { $exists: true, $gt: '' } }, { sort: key });
    await collection.findOne({ [field]: new Date() });
  }
  const usedBytes = memory() - before;
  await client.close();
  await engine.stop();
  const [withCompaction, again] = await time(() => open({ slackBytes: -Infinity }));
  await again.stop();
  return { startMs, firstMs, nextMs, startBytes, usedBytes, compactMs: withCompaction - startMs };
}

async function fill() {
  const engine = await open();
  const client = await new mongoose.mongo.MongoClient(engine.uri).connect();
  await seed(client.db('bench').collection('logins'), Number(documents));
  await client.close();
  await engine.stop();
}

process.send(Number(documents) > 0 ? (await fill(), {}) : await measure());
process.disconnect();
