import { mongo } from 'mongoose';
import { openTestDatabase, TestDatabase } from '../support/database';

/** A document of the contract: a number to tell it by, and whatever the behaviour is about. */
export interface Thing extends mongo.Document {
  _id: number;
}

export type Things = mongo.Collection<Thing>;

/** The engine under contract: the embedded one, or the real one that the environment names. */
export class Engine {
  private collections = 0;

  private constructor(private readonly database: TestDatabase) {}

  static async open(): Promise<Engine> {
    return new Engine(await openTestDatabase());
  }

  get db(): mongo.Db {
    return this.database.db;
  }

  /** With the name of the database in it. */
  get uri(): string {
    return this.database.uri;
  }

  /** A collection of its own that holds these documents, in their order with 0, 1, 2, … as `_id`. */
  async things(...documents: object[]): Promise<Things> {
    const things = this.db.collection<Thing>(`things_${++this.collections}`);
    if (documents.length > 0) {
      await things.insertMany(documents.map((document, _id) => ({ _id, ...document })));
    }
    return things;
  }
}

/** The `_id`s of what a filter finds. */
export async function idsFound(things: Things, filter: mongo.Filter<Thing>): Promise<number[]> {
  const found = await things.find(filter).sort({ _id: 1 }).toArray();
  return found.map(({ _id }) => _id);
}

/** The error that a promise ends with. */
export async function failure(promise: Promise<unknown>): Promise<mongo.MongoServerError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof mongo.MongoServerError) return error;
    throw error;
  }
  throw new Error('expected the database to refuse');
}

/** The stage at which a find reaches the collection, and the index it takes. */
export async function planOf(
  things: { find: mongo.Collection['find'] },
  filter: mongo.Filter<mongo.Document>,
): Promise<string> {
  const explained = JSON.stringify(await things.find(filter).explain('queryPlanner'));
  const [, indexName = 'IDHACK'] = /"indexName":"([^"]+)"/.exec(explained) ?? [];
  return explained.includes('COLLSCAN') ? 'COLLSCAN' : `IXSCAN ${indexName}`;
}
