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

/** How many documents are asked for at once; the database gives fewer where they are large. */
const BATCH_SIZE = 1000;

/** Writes a workspace out as a file. Reads only. */
@Injectable()
export class WorkspaceExport {
  constructor(
    private readonly longWork: UnboundedMongoClient,
    private readonly note: ImportLock,
    private readonly clock: Clock,
  ) {}

  /** @throws Refusal when the database holds no workspace, or one that is not complete */
  async refuseUnlessComplete(): Promise<void> {
    await this.note.refuseIfThere();
    const client = await this.longWork.open();
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
   * The lines of the file, each with its end, read from the database as they are asked for. It is no snapshot: what is
   * written meanwhile may be in it or not.
   * @throws Refusal for a document that no line can hold exactly
   */
  async *lines(onProgress: OnProgress): AsyncGenerator<string> {
    const client = await this.longWork.open();
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

/** The BSON of all documents, in the order of their ids: a document that is changed meanwhile does not come twice. */
function documentsOf(db: mongo.Db, name: string): AsyncIterable<Uint8Array> {
  const options = { raw: true, sort: { _id: 1 }, batchSize: BATCH_SIZE } as const;
  // `raw` makes bytes of the documents, which the driver's types do not know.
  return db
    .collection(name)
    .find({}, options) as AsyncIterable<unknown> as AsyncIterable<Uint8Array>;
}

/** What an engine says of its own way to keep an index. Another decides that itself. */
const OWN_WAYS = ['v', 'ns', 'background', 'storageEngine'];

/** Without the index on `_id`, which every collection has. Each engine has its own order of options; here is one. */
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
    `Document ${position} of ${name}, in the order of the ids, cannot be carried without changing it: it holds a type ` +
      'that went out of use, a date beyond the year 275760, broken text, or one name twice.',
  );
}
