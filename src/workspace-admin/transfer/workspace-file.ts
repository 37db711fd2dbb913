import { mongo } from 'mongoose';
import { ExactDocument } from './exact-document';

/**
 * The file that a workspace travels in (docs/adr/0014): lines of canonical Extended JSON, each an object with one key
 * that tells its kind.
 *
 *     {"header":{"format":"workspace-sessions","version":1,"exportedAt":…,"database":…,"collections":[…]}}
 *     {"collection":{"name":"users","indexes":[{"key":{"username":1},"name":"username_1","unique":true}]}}
 *     {"document":{"_id":"rYhzFRd2QZjNwAAXX",…}}
 *     {"end":{"documents":{"users":1},"sha256":"…"}}
 */
export const FORMAT = 'workspace-sessions';
export const VERSION = 1;

/** The most bytes that MongoDB lets a document have. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** Holds any document as its BSON, and any of a usual sort as Extended JSON. */
export const MAX_LINE_BYTES = 2 * MAX_DOCUMENT_BYTES;

/** The first line. */
export interface FileHeader {
  format: typeof FORMAT;
  version: number;
  exportedAt: Date;
  database: string;
  /** In the order in which they follow. */
  collections: string[];
}

/** Begins a collection: the documents up to the next one are its. */
export interface CollectionLine {
  kind: 'collection';
  name: string;
  indexes: mongo.IndexDescription[];
}

/** One document; its line is counted from 1. */
export interface DocumentLine extends ExactDocument {
  kind: 'document';
  line: number;
}

export type WorkspaceLine = CollectionLine | DocumentLine;

/** The last line. Without it, the file is not complete. */
export interface FileEnd {
  /** How many there are of each collection. */
  documents: Record<string, number>;
  /** Of all bytes before this line. */
  sha256: string;
}
