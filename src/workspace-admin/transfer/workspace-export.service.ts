import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { mongo } from 'mongoose';
import { Clock } from '../../common/clock/clock';
import { OperatorError } from '../../common/errors/operator-error';
import { UnboundedMongoClient } from '../../database/unbounded-mongo-client';
import { USERS_COLLECTION } from '../../workspace-data/collections';
import { writeDocument } from './exact-document';
import { stringifyLine } from './extended-json';
import { ImportLock } from './import.lock';
import { OnProgress } from './progress';
import { workspaceCollections } from './workspace-collections';
import { FileEnd, FileHeader, FORMAT, VERSION } from './workspace-file';

const BATCH_SIZE = 1000;

@Injectable()
export class WorkspaceExport {
  constructor(
    private readonly unboundedClient: UnboundedMongoClient,
    private readonly importLock: ImportLock,
    private readonly clock: Clock,
  ) {}

  /** @throws OperatorError when the database holds no workspace, or an incomplete one */
  async refuseUnlessComplete(): Promise<void> {
    await this.importLock.refuseIfHeld();
    const client = await this.unboundedClient.open();
    try {
      const db = client.db();
      if (await db.collection(USERS_COLLECTION).findOne({}, { projection: { _id: 1 } })) return;
      throw new OperatorError(
        `The database "${db.databaseName}" holds no users: there is no workspace.`,
      );
    } finally {
      await client.close();
    }
  }

  /**
   * Read from the database on demand. Not a snapshot: concurrent writes may be missing.
   * @throws OperatorError for a document that no line can hold exactly
   */
  async *lines(onProgress: OnProgress): AsyncGenerator<string> {
    const client = await this.unboundedClient.open();
    const hash = createHash('sha256');
    const line = (text: string): string => {
      hash.update(`${text}\n`);
      return `${text}\n`;
    };
    try {
      const db = client.db();
      const collections = await workspaceCollections(db);
      const documents: FileEnd['documents'] = {};
      yield line(stringifyLine({ header: this.header(db, collections) }));
      for (const name of collections) {
        documents[name] = 0;
        onProgress(name, 0);
        yield line(stringifyLine({ collection: { name, indexes: await indexesOf(db, name) } }));
        for await (const bytes of documentsOf(db, name)) {
          const text = writeDocument(bytes);
          if (text === undefined) throw notExact(name, documents[name] + 1);
          yield line(text);
          documents[name] += 1;
          onProgress(name, 1);
        }
      }
      const end: FileEnd = { documents, sha256: hash.digest('hex') };
      yield `${stringifyLine({ end })}\n`;
    } finally {
      await client.close();
    }
  }

  private header(db: mongo.Db, collections: string[]): FileHeader {
    return {
      format: FORMAT,
      version: VERSION,
      exportedAt: this.clock.now(),
      database: db.databaseName,
      collections,
    };
  }
}

/** The BSON of all documents in the order of their ids, so that a concurrent change makes none come twice. */
function documentsOf(db: mongo.Db, name: string): AsyncIterable<Uint8Array> {
  const options = { raw: true, sort: { _id: 1 }, batchSize: BATCH_SIZE } as const;
  // With `raw` the driver returns bytes, which its types do not say.
  return db
    .collection(name)
    .find({}, options) as AsyncIterable<unknown> as AsyncIterable<Uint8Array>;
}

/** Options that are private to an engine. */
const OWN_WAYS = ['v', 'ns', 'background', 'storageEngine'];

/** Without the index on `_id`, which every collection has. Options are sorted: engines differ in their order. */
async function indexesOf(db: mongo.Db, name: string): Promise<mongo.Document[]> {
  const indexes = (await db.collection(name).listIndexes().toArray()) as mongo.Document[];
  return indexes
    .filter((index) => index.name !== '_id_')
    .map(({ key, name: indexName, ...options }) => {
      const kept = Object.entries(options).filter(([option]) => !OWN_WAYS.includes(option));
      const sorted = kept.sort(([a], [b]) => (a < b ? -1 : 1));
      return { key: key as unknown, name: indexName as unknown, ...Object.fromEntries(sorted) };
    });
}

function notExact(name: string, position: number): OperatorError {
  return new OperatorError(
    `Document ${position} of ${name}, in the order of the ids, cannot be exported without changing it: it holds ` +
      'an obsolete type, a date beyond the year 275760, broken text, or one name twice.',
  );
}
