import { BSON } from 'bson';
import { decodeDocument } from '../../src/database/embedded/values/decode';
import type { Document } from '../../src/database/embedded/values/value';

/** A plain object as the embedded engine would receive it over the wire. */
export function toDocument(plain: object): Document {
  return decodeDocument(Buffer.from(BSON.serialize(plain)));
}

/** A document of the embedded engine as a client would read it. */
export function toPlain(document: Document): BSON.Document {
  return BSON.deserialize(BSON.serialize(document));
}
