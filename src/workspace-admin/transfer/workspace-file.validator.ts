import { isDeepStrictEqual } from 'node:util';
import { mongo } from 'mongoose';
import { OperatorError } from '../../common/errors/operator-error';
import { readDocument } from './exact-document';
import { inTravelOrder } from './workspace-collections';
import { CollectionLine, DocumentLine, FORMAT, VERSION, WorkspaceLine } from './workspace-file';

type Fields = Record<string, unknown>;

/** Validates the lines of one file in their order. Its messages quote nothing of them. */
export class WorkspaceFileValidator {
  private collections: string[] | undefined;
  private readonly counts = new Map<string, number>();
  private current: string | undefined;
  private isOver = false;

  /**
   * @param sha256 of all bytes before this line
   * @returns what to store
   * @throws OperatorError for a line that `export` does not write there
   */
  take(line: unknown, number: number, sha256: () => string): WorkspaceLine | undefined {
    const kinds = isFields(line) ? Object.keys(line) : [];
    const [kind] = kinds;
    if (!this.collections) {
      this.begin(isFields(line) ? line.header : undefined);
      return undefined;
    }
    if (this.isOver)
      throw new OperatorError(`Line ${number} comes after the last one of the file.`);
    if (isFields(line) && kinds.length === 1) {
      if (kind === 'collection') return this.beginCollection(line.collection, number);
      if (kind === 'document' || kind === 'bson') return this.takeDocument(line, number);
      if (kind === 'end') {
        this.end(line.end, number, sha256());
        return undefined;
      }
    }
    throw new OperatorError(`Line ${number} is not of a kind that export writes.`);
  }

  finish(number: number): void {
    if (number === 0) throw new OperatorError('The file is empty.');
    if (!this.isOver) {
      throw new OperatorError(
        `The file ends after line ${number}, without its last one: it is cut off.`,
      );
    }
  }

  private begin(header: unknown): void {
    if (!isFields(header) || header.format !== FORMAT) {
      throw new OperatorError(
        'Line 1 is not the header of an export. (npm may have written into the file: use npm run --silent.)',
      );
    }
    if (Number(header.version) !== VERSION) {
      throw new OperatorError(
        `The file is not of version ${VERSION}, the only one that this service reads.`,
      );
    }
    const names = isTexts(header.collections) ? header.collections : undefined;
    if (!names || !isDeepStrictEqual(names, inTravelOrder(names))) {
      throw new OperatorError(
        'Line 1 names collections that no workspace has, or in the wrong order.',
      );
    }
    this.collections = names;
  }

  private beginCollection(collection: unknown, number: number): CollectionLine {
    const name = this.collections?.[this.counts.size];
    if (!isFields(collection) || name === undefined || collection.name !== name) {
      throw new OperatorError(`Line ${number} begins another collection than expected.`);
    }
    if (!isIndexes(collection.indexes)) {
      throw new OperatorError(`Line ${number} has indexes that are malformed.`);
    }
    this.current = name;
    this.counts.set(name, 0);
    return { kind: 'collection', name, indexes: collection.indexes };
  }

  private takeDocument(line: Fields, number: number): DocumentLine {
    if (this.current === undefined) {
      throw new OperatorError(`Line ${number} is a document before any collection.`);
    }
    const document = readable(line);
    if (!document) {
      throw new OperatorError(`Line ${number} is no document that can be stored unchanged.`);
    }
    this.counts.set(this.current, (this.counts.get(this.current) ?? 0) + 1);
    return { kind: 'document', line: number, ...document };
  }

  private end(end: unknown, number: number, sha256: string): void {
    const counted = isFields(end) && isFields(end.documents) ? end.documents : {};
    const isRight = (name: string): boolean => Number(counted[name]) === this.counts.get(name);
    if (!isFields(end) || !this.collections?.every(isRight)) {
      throw new OperatorError(`Line ${number} counts other documents than the file holds.`);
    }
    if (end.sha256 !== sha256) {
      throw new OperatorError(
        `Line ${number} has the checksum of another file: this one was changed.`,
      );
    }
    this.isOver = true;
  }
}

function readable(line: Fields): ReturnType<typeof readDocument> | undefined {
  try {
    return readDocument(line);
  } catch {
    // The driver's message may quote the document.
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isIndexes(value: unknown): value is mongo.IndexDescription[] {
  return (
    Array.isArray(value) &&
    value.every((index) => isFields(index) && isFields(index.key) && typeof index.name === 'string')
  );
}
