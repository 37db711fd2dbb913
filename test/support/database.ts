import { randomBytes } from 'node:crypto';
import { mongo } from 'mongoose';
import { startEmbeddedMongo } from '../../src/database/embedded';
import { keepStoredSecrets } from './canaries';
import { afterTests } from './teardown';

/** Where a real database is asked for; the tests then use databases of their own on it and drop them. */
export const REAL_MONGODB_URI = process.env.TEST_MONGODB_URI ?? process.env.MONGODB_URI;

export interface TestDatabase {
  /** With the name of a fresh database in it. */
  uri: string;
  db: mongo.Db;
  close(): Promise<void>;
}

/** A fresh database: on the embedded engine, or on the real one that the environment names. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const embedded = REAL_MONGODB_URI ? undefined : await startEmbeddedMongo();
  const url = new URL(REAL_MONGODB_URI ?? embedded?.uri ?? '');
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
    await embedded?.stop();
  };
  afterTests(close);
  return { uri, db, close };
}
