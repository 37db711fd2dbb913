import { BSON } from 'bson';
import { CommandError } from '../../src/errors';
import { decodeDocument } from '../../src/values/decode';
import type { Document, Value } from '../../src/values/value';

/** A document as the embedded engine holds it, written as a driver would send it. */
export function documentOf(fields: object): Document {
  return decodeDocument(bytesOf(fields));
}

export function bytesOf(fields: object): Buffer {
  return Buffer.from(BSON.serialize(fields));
}

/** One value as the embedded engine holds it. */
export function valueOf(value: unknown): Value {
  return documentOf({ value }).get('value') ?? null;
}

/** What a driver would make of the engine's document. */
export function plain(document: Document): object {
  return BSON.deserialize(BSON.serialize(document));
}

/** The code with which the embedded engine refuses something; undefined when it does it. */
export function refusalCode(action: () => unknown): number | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof CommandError) return error.code;
    throw error;
  }
}
