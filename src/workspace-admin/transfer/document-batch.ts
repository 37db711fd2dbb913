import { mongo } from 'mongoose';
import { DUPLICATE_KEY } from '../../common/errors/duplicate-key';
import { OperatorError } from '../../common/errors/operator-error';
import { OnProgress } from './progress';
import { DocumentLine } from './workspace-file';

/** The size of one command: large enough to be fast, small enough for memory. */
const MAX_DOCUMENTS = 1000;
const MAX_BYTES = 8 * 1024 * 1024;

export class DocumentBatch {
  private lines: DocumentLine[] = [];
  private bytes = 0;

  constructor(
    private readonly collection: mongo.Collection,
    private readonly onStored: OnProgress,
  ) {
    onStored(collection.collectionName, 0);
  }

  async add(line: DocumentLine): Promise<void> {
    if (this.bytes + line.bytes > MAX_BYTES) await this.store();
    this.lines.push(line);
    this.bytes += line.bytes;
    if (this.lines.length === MAX_DOCUMENTS) await this.store();
  }

  async store(): Promise<void> {
    const { lines } = this;
    [this.lines, this.bytes] = [[], 0];
    if (lines.length === 0) return;
    const documents = lines.map(({ document }) => document);
    try {
      await this.collection.insertMany(documents, { forceServerObjectId: true });
    } catch (error) {
      throw error instanceof mongo.MongoServerError ? refusal(lines, error) : error;
    }
    this.onStored(this.collection.collectionName, lines.length);
  }
}

/** The database's own message would show values. */
function refusal(lines: DocumentLine[], error: mongo.MongoServerError): OperatorError {
  const [refused] = error instanceof mongo.MongoBulkWriteError ? [error.writeErrors].flat() : [];
  if (!refused) {
    const [first, last] = [lines[0]?.line, lines.at(-1)?.line];
    return new OperatorError(
      `The database refused one of the documents of lines ${first} to ${last} (code ${error.code}).`,
    );
  }
  const reason =
    refused.code === DUPLICATE_KEY
      ? 'has the id, or another unique value, of a document that already exists'
      : `was refused by the database (code ${refused.code})`;
  return new OperatorError(`Line ${lines[refused.index]?.line} ${reason}.`);
}
