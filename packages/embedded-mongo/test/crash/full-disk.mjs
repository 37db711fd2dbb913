// Fills a data directory until the disk is full, and reports the outcome.
//   node full-disk.mjs DIRECTORY
import { createRequire } from 'node:module';
import mongoose from 'mongoose';

const { startEmbeddedMongo } = createRequire(import.meta.url)('../../dist/index.js');

// Unhandled, this signal ends a process that has reached the limit on the size of files.
process.on('SIGXFSZ', () => undefined);
const [directory] = process.argv.slice(2);
const engine = await startEmbeddedMongo({
  data: { directory, sync: 'always', report: (line) => console.error(line) },
});
const client = await new mongoose.mongo.MongoClient(engine.uri).connect();
const things = client.db('test').collection('things');

let written = 0;
let code;
while (code === undefined) {
  try {
    await things.insertOne({ text: 'x'.repeat(1000) });
    written += 1;
  } catch (error) {
    code = error.code;
  }
}
console.log(JSON.stringify({ written, code, read: await things.countDocuments() }));
await client.close();
await engine.stop();
