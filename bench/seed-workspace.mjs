// npm run bench:seed: seeds a workspace of any size to try the service on.
//   MONGODB_URI   the database to seed; required, and must be empty
//   SESSIONS      how many session documents, five per login token (default 1,000,000)
//   --drop        first drops what an earlier run seeded
import '../scripts/prepare.mjs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import mongoose from 'mongoose';
import { count, tenths } from './report.mjs';
import { seed } from './seed.mjs';

const { loadConfiguration } = createRequire(import.meta.url)('../dist/config/configuration.js');

/** Marks a database that this command may drop. */
const MARK = { collection: 'bench_seed', _id: 'made by npm run bench:seed' };

/** @throws Error rather than drop data that this command did not make */
async function makeRoom(db, drop) {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  if (collections.length === 0) return;
  const mark = await db.collection(MARK.collection).findOne({ _id: MARK._id });
  const name = JSON.stringify(db.databaseName);
  if (!mark)
    throw new Error(`The database ${name} is not empty and was not seeded by this command.`);
  if (!drop) throw new Error(`The database ${name} has been seeded before; --drop replaces it.`);
  await db.dropDatabase();
}

async function main() {
  const { drop } = parseArgs({ options: { drop: { type: 'boolean', default: false } } }).values;
  const { uri: MONGODB_URI } = loadConfiguration(process.env).database;
  if (!MONGODB_URI) throw new Error('MONGODB_URI must name the database to seed.');
  const sessions = Number(process.env.SESSIONS ?? 1_000_000);
  if (!Number.isInteger(sessions) || sessions < 1) throw new Error('SESSIONS must be a number.');

  const client = await new mongoose.mongo.MongoClient(MONGODB_URI).connect();
  try {
    const db = client.db();
    await makeRoom(db, drop);
    await db.collection(MARK.collection).insertOne({ _id: MARK._id, sessions });
    describe(await seed(db, sessions, tenths(sessions, 'session documents')));
  } finally {
    await client.close();
  }
}

function describe({ admin, bypassing, liveLogins, sessionIds }) {
  console.log(`
A workspace with ${count(liveLogins)} live logins is ready; one of their session ids is ${sessionIds[0]}.

An administrator with a second factor:       X-User-Id: ${admin.headers['x-user-id']}
                                             X-Auth-Token: ${admin.headers['x-auth-token']}
                                             TOTP secret: ${admin.secret}
An administrator's token that bypasses it:   X-User-Id: ${bypassing.headers['x-user-id']}
                                             X-Auth-Token: ${bypassing.headers['x-auth-token']}`);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
