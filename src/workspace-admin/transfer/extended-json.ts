import { mongo } from 'mongoose';

/** Canonical: no number changes its type on the way (Extended JSON v2). */
const CANONICAL = { relaxed: false };

/** One line of canonical Extended JSON, without its end. */
export function stringifyLine(line: object): string {
  return mongo.BSON.EJSON.stringify(line, CANONICAL);
}

/** @throws Error when the text is no Extended JSON; its message may quote it */
export function parseLine(text: string): unknown {
  return mongo.BSON.EJSON.parse(text, CANONICAL) as unknown;
}
