import { BSON } from 'bson';
import { CommandError } from '../errors';
import type { Document } from './value';

/** The most bytes a document may have: 16 MiB. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/**
 * Encodes a document for storing.
 * @throws CommandError BSONObjectTooLarge above 16 MiB
 */
export function encodeDocument(document: Document): Buffer {
  const size = BSON.calculateObjectSize(document);
  if (size > MAX_DOCUMENT_BYTES) {
    throw new CommandError(
      'BSONObjectTooLarge',
      `BSONObj size: ${size} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES}(16MB)`,
    );
  }
  return encodeReply(document);
}

/** Encodes an answer: plain objects whose leaves may be documents of the store. */
export function encodeReply(reply: Document | Readonly<Record<string, unknown>>): Buffer {
  const bytes = BSON.serialize(reply);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
