import { isNativeError } from 'node:util/types';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { OperatorError } from '../../common/errors/operator-error';
import { UnboundedMongoClient } from '../../database/unbounded-mongo-client';
import { USERS_COLLECTION } from '../../workspace-data/collections';
import { DemoRevocation, withoutDemoCredentials } from '../demo/demo-revocation.service';
import { NewWorkspace } from '../init/new-workspace.service';
import { keyOf } from '../indexes/same-index';
import { DocumentBatch } from './document-batch';
import { ImportLock } from './import.lock';
import { ImportProgress, OnProgress } from './progress';
import { isOwnCollection, workspaceCollections } from './workspace-collections';
import { CollectionLine, DocumentLine, WorkspaceLine } from './workspace-file';
import { readWorkspaceFile } from './workspace-file.reader';

export interface WorkspaceSource {
  /** Whether it can be read twice: a file can, a pipe cannot. */
  isRepeatable: boolean;
  read(): AsyncIterable<Uint8Array>;
}

export interface ImportResult {
  /** The indexes that this database refused and a workspace can do without. */
  leftOut: string[];
  /** Whether the file held demo users, whose printed credentials were removed. */
  revokedDemo: boolean;
}

/** Imports an exported file into an empty database, and leaves every other database alone. */
@Injectable()
export class WorkspaceImport {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly workspace: NewWorkspace,
    private readonly importLock: ImportLock,
    private readonly demo: DemoRevocation,
    private readonly unboundedClient: UnboundedMongoClient,
  ) {}

  /** @throws OperatorError when there is a workspace, or part of one */
  async refuseUnlessEmpty(): Promise<void> {
    await this.workspace.refuseUnlessEmpty();
    const { db, name } = this.connection;
    const own = (db ? await workspaceCollections(db) : []).filter(isOwnCollection);
    for (const collection of own) {
      if (!(await this.connection.collection(collection).findOne({}))) continue;
      throw new OperatorError(
        `The database "${name}" has documents in ${collection}: a service has already run on it. Nothing has been changed.`,
      );
    }
  }

  /**
   * Stores the contents of the file. A repeatable source is validated as a whole first.
   * @throws OperatorError when the database is not empty, or the file is wrong; it says what has been done
   */
  async import(
    source: WorkspaceSource,
    { validated, stored }: ImportProgress,
  ): Promise<ImportResult> {
    await this.refuseUnlessEmpty();
    if (source.isRepeatable) await unchangedOnFailure(() => validate(source, validated));
    const lines = readWorkspaceFile(source.read());
    // Validates the header, even of a pipe, before any change.
    const first = await unchangedOnFailure(() => lines.next());
    await this.begin();
    try {
      const leftOut = await this.store(first, lines, stored);
      const revoked = await this.demo.endSessions();
      if (await this.importLock.release()) return { leftOut, revokedDemo: revoked.length > 0 };
      throw new OperatorError('Another program cleared the database during the import.');
    } catch (error) {
      throw new OperatorError(
        `${reasonOf(error)}\nThe import is not finished. Run it again: it says what the database holds and what to do.`,
      );
    }
  }

  /** Takes the lock first, then checks: of two concurrent imports, at most one finds the database empty. */
  private async begin(): Promise<void> {
    await this.refuseUnlessEmpty();
    await this.importLock.acquire();
    try {
      await this.refuseUnlessEmpty();
    } catch (error) {
      await this.importLock.release();
      throw error;
    }
  }

  private async store(
    first: IteratorResult<WorkspaceLine>,
    lines: AsyncIterator<WorkspaceLine>,
    onStored: OnProgress,
  ): Promise<string[]> {
    const client = await this.unboundedClient.open();
    const db = client.db();
    const leftOut: string[] = [];
    let batch: DocumentBatch | undefined;
    let collection = '';
    try {
      for (let item = first; item.done !== true; item = await lines.next()) {
        if (item.value.kind === 'document') {
          await batch?.add(forStorage(collection, item.value));
        } else {
          await batch?.store();
          leftOut.push(...(await createIndexes(db, item.value)));
          collection = item.value.name;
          batch = new DocumentBatch(db.collection(item.value.name), onStored);
        }
      }
      await batch?.store();
      return leftOut;
    } finally {
      await client.close();
    }
  }
}

/** Removed before the document is stored: at no moment may a service accept printed credentials. */
function forStorage(collection: string, line: DocumentLine): DocumentLine {
  return collection === USERS_COLLECTION
    ? { ...line, document: withoutDemoCredentials(line.document) }
    : line;
}

async function validate(source: WorkspaceSource, onValidated: () => void): Promise<void> {
  const lines = readWorkspaceFile(source.read());
  while ((await lines.next()).done !== true) onValidated();
}

async function unchangedOnFailure<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw new OperatorError(`${reasonOf(error)}\nNothing has been changed.`);
  }
}

/** One by one, so that an index that the database refuses keeps no other away. */
async function createIndexes(
  db: mongo.Db,
  { name: collection, indexes }: CollectionLine,
): Promise<string[]> {
  const leftOut: string[] = [];
  for (const index of indexes) {
    try {
      await db.command({ createIndexes: collection, indexes: [index] });
    } catch (error) {
      if (!(error instanceof mongo.MongoServerError)) throw error;
      const fields = keyOf(index).map(([field]) => JSON.stringify(field));
      const text = `the index of ${collection} on ${fields.join(', ')} (${error.codeName ?? 'unknown error'})`;
      // Without a unique index, two users could share a name; without a TTL index, documents would never expire.
      if (index.unique === true || index.expireAfterSeconds !== undefined) {
        throw new OperatorError(`The database does not take ${text}.`);
      }
      leftOut.push(text);
    }
  }
  return leftOut;
}

/** An operator error is written for people; any other may hold an address or a value. */
function reasonOf(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  const code = isNativeError(error) && 'code' in error ? ` (${String(error.code)})` : '';
  return `It failed: ${isNativeError(error) ? error.name : 'unknown error'}${code}.`;
}
