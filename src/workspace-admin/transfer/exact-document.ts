import { mongo } from 'mongoose';
import { bsonToMap, EXACT_TYPES } from './bson-to-map';
import { parseLine, stringifyLine } from './extended-json';
import { MAX_DOCUMENT_BYTES, MAX_LINE_BYTES } from './workspace-file';

const { Binary, BSON } = mongo;

/** A document to store, and its size in bytes. */
export interface ExactDocument {
  document: mongo.Document;
  bytes: number;
}

/**
 * The line `{"document":{…}}` when that restores the same bytes, otherwise `{"bson":…}`: JavaScript objects reorder
 * names that look like numbers, and names that begin with `$` look like types. Undefined when neither does.
 */
export function writeDocument(bytes: Uint8Array): string | undefined {
  const forms = [
    () => ({ document: BSON.deserialize(bytes, EXACT_TYPES) }),
    () => ({ bson: new Binary(bytes) }),
  ];
  for (const form of forms) {
    const line = attempt(() => stringifyLine(form()));
    if (line !== undefined && attempt(() => givesBack(line, bytes)) === true) return line;
  }
  return undefined;
}

/** @throws Error when the line holds no document that can be stored exactly; its message may quote the line */
export function readDocument(line: object): ExactDocument {
  const document = 'bson' in line ? fromBson(line.bson) : fromPlain(line);
  const { length: bytes } = BSON.serialize(document);
  if (bytes > MAX_DOCUMENT_BYTES) throw new Error('The document is too large.');
  return { document, bytes };
}

function givesBack(line: string, bytes: Uint8Array): boolean {
  if (Buffer.byteLength(line) >= MAX_LINE_BYTES) return false;
  const { document } = readDocument(parseLine(line) as object);
  return Buffer.compare(BSON.serialize(document), bytes) === 0;
}

function fromBson(value: unknown): mongo.Document {
  if (!(value instanceof Binary)) throw new Error('There is no BSON.');
  const bytes = value.value();
  const document = bsonToMap(bytes);
  if (!document.has('_id')) throw new Error('The document has no _id.');
  if (Buffer.compare(BSON.serialize(document), bytes) !== 0) throw new Error('It changes.');
  return document;
}

function fromPlain(line: object): mongo.Document {
  const document: unknown = 'document' in line ? line.document : undefined;
  if (!isPlainObject(document) || !Object.hasOwn(document, '_id')) {
    throw new Error('The document has no _id.');
  }
  if (hasDollarName(document)) throw new Error('A name begins with $.');
  return document;
}

/** A remaining `$` is a misspelt type, which `export` never writes. */
function hasDollarName(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasDollarName);
  if (!isPlainObject(value)) return false;
  return Object.entries(value).some(([name, item]) => name.startsWith('$') || hasDollarName(item));
}

/** Neither an array nor one of BSON's types. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
