import { randomUUID } from 'node:crypto';
import { mongo } from 'mongoose';
import { startEmbeddedMongo } from '../../../src/database/embedded';

/** An engine under contract: a database of its own, on the embedded engine or on a real one. */
export interface Engine {
  db: mongo.Db;
  /** The URI of the server, without a database. */
  uri: string;
  /** Drops the database and lets go of the server. */
  close(): Promise<void>;
}

/** Set to run the contract against a real engine. */
export const realEngineUri = process.env.TEST_MONGODB_URI;

/** For behaviour that only the embedded engine promises, such as what it refuses. */
export const describeEmbedded = realEngineUri === undefined ? describe : describe.skip;

export async function openEngine(): Promise<Engine> {
  const embedded = realEngineUri === undefined ? await startEmbeddedMongo() : undefined;
  const uri = embedded?.uri ?? realEngineUri ?? '';
  const client = await new mongo.MongoClient(uri).connect();
  const db = client.db(`contract_${randomUUID().slice(0, 8)}`);
  return {
    db,
    uri,
    async close() {
      await db.dropDatabase();
      await client.close();
      await embedded?.stop();
    },
  };
}
