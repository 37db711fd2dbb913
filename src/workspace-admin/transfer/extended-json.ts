import { mongo } from 'mongoose';

/** Canonical Extended JSON v2: no number changes its type on the way. */
const CANONICAL = { relaxed: false };

export function stringifyLine(line: object): string {
  return mongo.BSON.EJSON.stringify(line, CANONICAL);
}

/** @throws Error when the text is not Extended JSON; its message may quote it */
export function parseLine(text: string): unknown {
  return mongo.BSON.EJSON.parse(text, CANONICAL) as unknown;
}
