import { inspect } from 'node:util';
import { BSON } from 'bson';

/** A command as it goes over the wire. Its first field, the name of the collection, is filled in when it runs. */
export type Command = Readonly<Record<string, unknown>>;

/** A command and the documents it meets. */
export interface Trial {
  readonly documents: readonly object[];
  /** Commands that were run before, on the same documents. */
  readonly earlier?: readonly Command[];
  readonly command: Command;
}

/** What an engine made of a trial. Documents are BSON in hexadecimal: types and the order of fields count. */
export interface Outcome {
  /** The number of the error, if the engine refused. */
  readonly code?: number;
  /** The documents of the answer, or its counts as one document. */
  readonly answer?: readonly string[];
  /** The documents that a write leaves behind. */
  readonly stored?: readonly string[];
}

/** The name of the command, as `find`. */
export function nameOf({ command }: Trial): string {
  return Object.keys(command)[0] ?? '';
}

/** Documents that were answered or stored, with the type of every value. */
export function decoded(documents: readonly string[] = []): BSON.Document[] {
  return documents.map((hex) =>
    BSON.deserialize(Buffer.from(hex, 'hex'), { promoteValues: false, bsonRegExp: true }),
  );
}

/** Anything of a trial in one line, types included. */
export function text(value: unknown): string {
  return inspect(value, { depth: null, breakLength: Infinity, compact: true, sorted: false });
}

export function outcomeText({ code, answer, stored }: Outcome): string {
  const kept = stored ? `, then ${text(decoded(stored))}` : '';
  return (code === undefined ? text(decoded(answer)) : `error ${code}`) + kept;
}
