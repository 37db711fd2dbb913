import { mongo } from 'mongoose';

const { BSON } = mongo;
const DOCUMENT = 0x03;
const ARRAY = 0x04;

/** What keeps the driver from making a JavaScript number of a Long, or a RegExp of a pattern. */
export const EXACT_TYPES = { promoteValues: false, bsonRegExp: true } as const;

/**
 * Reads BSON into Maps, which keep what objects cannot: the order of names that look like numbers, and any name.
 * @throws Error for what is no BSON
 */
export function bsonToMap(bytes: Uint8Array): Map<string, unknown> {
  return new Map(elementsOf(bytes));
}

function elementsOf(bytes: Uint8Array): [string, unknown][] {
  return [...BSON.onDemand.parseToElements(bytes)].map(([type, nameAt, nameLength, at, length]) => [
    Buffer.from(bytes.subarray(nameAt, nameAt + nameLength)).toString(),
    valueOf(type, bytes.subarray(at, at + length)),
  ]);
}

function valueOf(type: number, bytes: Uint8Array): unknown {
  if (type === DOCUMENT) return bsonToMap(bytes);
  if (type === ARRAY) return elementsOf(bytes).map(([, value]) => value);
  // The driver reads documents only: one that holds this value, under the empty name.
  const document = Buffer.concat([Buffer.from([0, 0, 0, 0, type, 0]), bytes, Buffer.from([0])]);
  document.writeInt32LE(document.length);
  return (BSON.deserialize(document, EXACT_TYPES) as Record<string, unknown>)[''];
}
