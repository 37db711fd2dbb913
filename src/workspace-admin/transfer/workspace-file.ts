import { mongo } from 'mongoose';
import { ExactDocument } from './exact-document';

/**
 * The exported file (docs/adr/0014): lines of canonical Extended JSON, each an object with one key
 * that tells its kind.
 *
 *     {"header":{"format":"workspace-sessions","version":1,"exportedAt":…,"database":…,"collections":[…]}}
 *     {"collection":{"name":"users","indexes":[{"key":{"username":1},"name":"username_1","unique":true}]}}
 *     {"document":{"_id":"rYhzFRd2QZjNwAAXX",…}}
 *     {"end":{"documents":{"users":1},"sha256":"…"}}
 */
export const FORMAT = 'workspace-sessions';
export const VERSION = 1;

/** MongoDB's limit. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** Holds any document as BSON, and any usual one as Extended JSON. */
export const MAX_LINE_BYTES = 2 * MAX_DOCUMENT_BYTES;

export interface FileHeader {
  format: typeof FORMAT;
  version: number;
  exportedAt: Date;
  database: string;
  /** In the order in which they follow. */
  collections: string[];
}

export interface CollectionLine {
  kind: 'collection';
  name: string;
  indexes: mongo.IndexDescription[];
}

/** One document; lines count from 1. */
export interface DocumentLine extends ExactDocument {
  kind: 'document';
  line: number;
}

export type WorkspaceLine = CollectionLine | DocumentLine;

export interface FileEnd {
  /** The number of documents of each collection. */
  documents: Record<string, number>;
  sha256: string;
}
