import { randomBytes } from 'node:crypto';
import { mongo } from 'mongoose';
import { startEmbeddedMongo } from '../../src';
import { afterTests } from './teardown';

/** A real engine to compare with; the tests use databases of their own on it and drop them. */
export const REAL_MONGODB_URI = process.env.TEST_MONGODB_URI;

export interface TestDatabase {
  /** With the name of a fresh database in it. */
  uri: string;
  db: mongo.Db;
}

/** A fresh database until the tests of the file are over: on the real engine if one is named, or else on ours. */
export async function openTestDatabase(): Promise<TestDatabase> {
  if (REAL_MONGODB_URI) return openDatabase(REAL_MONGODB_URI);
  const { uri, stop } = await startEmbeddedMongo();
  afterTests(stop);
  return openDatabase(uri);
}

async function openDatabase(server: string): Promise<TestDatabase> {
  const url = new URL(server);
  url.pathname = `/test_${randomBytes(6).toString('hex')}`;
  const uri = url.toString();
  const client = await new mongo.MongoClient(uri).connect();
  const db = client.db();
  afterTests(async () => {
    await db.dropDatabase();
    await client.close();
  });
  return { uri, db };
}
