import { BSON } from 'bson';
import { mongo } from 'mongoose';
import type { Command, Outcome } from './trial';

const COLLECTION = 'things';
/** Whole results come in one batch. */
const BATCH = 10_000;
/** Keeps the types of numbers apart, and leaves the documents of a cursor the bytes they came as. */
const EXACT = {
  fieldsAsRaw: { firstBatch: true },
  promoteValues: false,
  bsonRegExp: true,
} as const;

interface Reply extends BSON.Document {
  cursor?: { firstBatch: Uint8Array[] };
  writeErrors?: { code: unknown }[];
}

/** An engine with one collection, which every round of trials refills. */
export class EngineUnderTest {
  /** @param indexes those that the collection always has */
  constructor(
    private readonly db: mongo.Db,
    private readonly indexes: readonly mongo.IndexDescription[] = [],
  ) {}

  /** Makes the collection, without documents. */
  async prepare(): Promise<void> {
    await this.db.createCollection(COLLECTION);
    if (this.indexes.length > 0) await this.things.createIndexes([...this.indexes]);
  }

  /** Puts these documents in the place of those that are there. */
  async fill(documents: readonly object[]): Promise<void> {
    await this.things.deleteMany({});
    if (documents.length > 0) await this.things.insertMany([...documents]);
  }

  /** Runs a command, and tells its answer or the code of its refusal. */
  async run(command: Command): Promise<Outcome> {
    const [name = ''] = Object.keys(command);
    try {
      const reply: Reply = await this.db.command({ ...command, [name]: COLLECTION }, EXACT);
      return outcomeOf(reply);
    } catch (error) {
      if (error instanceof mongo.MongoServerError) return { code: Number(error.code) };
      throw error;
    }
  }

  /** Every document, in the order of `_id`. */
  async stored(): Promise<readonly string[]> {
    const { answer = [] } = await this.run({ find: '', sort: { _id: 1 }, batchSize: BATCH });
    return answer;
  }

  /** Drops every index that a trial made. */
  async dropIndexes(): Promise<void> {
    await this.things.dropIndexes();
  }

  private get things(): mongo.Collection {
    return this.db.collection(COLLECTION);
  }
}

/** What of a reply must be the same everywhere: its documents or, where it has no cursor, its fields by name. */
function outcomeOf({ cursor, writeErrors, ...fields }: Reply): Outcome {
  const [refused] = writeErrors ?? [];
  if (refused) return { code: Number(refused.code) };
  if (cursor) return { answer: cursor.firstBatch.map(hexOf) };
  const sorted = Object.entries(fields)
    .filter(([name]) => name !== 'ok')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { answer: [hexOf(BSON.serialize(Object.fromEntries(sorted)))] };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
