import { randomBytes } from 'node:crypto';
import { startEmbeddedMongo } from '@workspace-sessions/embedded-mongo';
import { mongo } from 'mongoose';
import { keepStoredSecrets } from './canaries';
import { afterTests } from './teardown';

/**
 * The address of a real engine, on which the tests create and drop their own databases. Never `MONGODB_URI`: that is
 * the service's, and may hold a real workspace.
 */
export const REAL_MONGODB_URI = process.env.TEST_MONGODB_URI;

export interface TestDatabase {
  /** Includes the name of the fresh database. */
  uri: string;
  db: mongo.Db;
  close(): Promise<void>;
}

/** A fresh database: on the real engine that the environment names, or else on the embedded one. */
export async function openTestDatabase(): Promise<TestDatabase> {
  if (!REAL_MONGODB_URI) return openEmbeddedDatabase();
  return openDatabase(REAL_MONGODB_URI, () => Promise.resolve());
}

/** A fresh database on the embedded engine, even when the environment names a real one. */
export async function openEmbeddedDatabase(): Promise<TestDatabase> {
  const { uri, stop } = await startEmbeddedMongo();
  return openDatabase(uri, stop);
}

async function openDatabase(server: string, stop: () => Promise<void>): Promise<TestDatabase> {
  const url = new URL(server);
  url.pathname = `/test_${randomBytes(6).toString('hex')}`;
  const uri = url.toString();
  const client = await new mongo.MongoClient(uri).connect();
  const db = client.db();
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    const users = await db
      .collection('users')
      .find({}, { projection: { services: 1 } })
      .toArray();
    for (const { services } of users) keepStoredSecrets(services);
    await db.dropDatabase();
    await client.close();
    await stop();
  };
  afterTests(close);
  return { uri, db, close };
}

/**
 * `describe`, on a server of `TEST_MONGODB_URI` or on the embedded database alone; elsewhere it skips, and prints why.
 * @param without what is not tested then
 */
export function describeOn(database: 'server' | 'embedded', without: string): jest.Describe {
  const isServer = REAL_MONGODB_URI !== undefined;
  if (isServer === (database === 'server')) return describe;
  const reason = isServer ? 'Needs the embedded database' : 'Needs TEST_MONGODB_URI';
  process.stderr.write(`${reason}, so this is not tested: ${without}\n`);
  return describe.skip;
}
