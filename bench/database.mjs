// A fresh database to measure on: on TEST_MONGODB_URI, or on the embedded engine.
import { randomBytes } from 'node:crypto';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';

/**
 * @param known the address of a database that is there already
 * @returns the database with its address; `close` drops it, `leave` does not
 */
export async function openDatabase(known) {
  const server = known ?? process.env.TEST_MONGODB_URI;
  const embedded = server ? undefined : await startEmbedded();
  const url = new URL(server ?? embedded.uri);
  if (!known) url.pathname = `/bench_${randomBytes(4).toString('hex')}`;
  const client = await new mongoose.mongo.MongoClient(url.toString()).connect();
  const db = client.db();
  const leave = async () => {
    await client.close();
    embedded?.process.kill();
  };
  return {
    uri: url.toString(),
    kind: server ? 'TEST_MONGODB_URI' : 'embedded database',
    db,
    close: async () => {
      await db.dropDatabase();
      await leave();
    },
    leave,
  };
}

/** The embedded engine in its own process, so that its work is not attributed to the load generator. */
async function startEmbedded() {
  const process = fork(fileURLToPath(new URL('./embedded-server.mjs', import.meta.url)));
  const [uri] = await once(process, 'message');
  return { uri, process };
}
