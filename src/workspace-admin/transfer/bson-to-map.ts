import { mongo } from 'mongoose';

const { BSON } = mongo;
const DOCUMENT = 0x03;
const ARRAY = 0x04;

/** Keeps the driver from turning a Long into a number, or a pattern into a RegExp. */
export const EXACT_TYPES = { promoteValues: false, bsonRegExp: true } as const;

/**
 * Maps, unlike objects, keep any name, and the order of names that look like numbers. @throws Error when it is not BSON
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
  // The driver reads only documents: this one holds the value under an empty name.
  const document = Buffer.concat([Buffer.from([0, 0, 0, 0, type, 0]), bytes, Buffer.from([0])]);
  document.writeInt32LE(document.length);
  return (BSON.deserialize(document, EXACT_TYPES) as Record<string, unknown>)[''];
}
