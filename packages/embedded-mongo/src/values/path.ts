import { CommandError } from '../errors';
import { MAX_DEPTH } from './decode';

/** A dotted path, split at the dots. */
export type Path = readonly string[];

/**
 * Splits a dotted path.
 * @throws CommandError Overflow when it is deeper than any document
 */
export function parsePath(text: string): Path {
  const path = text.split('.');
  if (path.length > MAX_DEPTH) {
    throw new CommandError('Overflow', `FieldPath is too long, the limit is ${MAX_DEPTH} parts`);
  }
  return path;
}

/** Whether one path is the other or a part of it: `a` and `a.b` overlap, `a` and `ab` do not. */
export function pathsOverlap(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

/** Whether a part of a path can name a position in an array. */
export function isArrayIndex(part: string): boolean {
  return /^(0|[1-9]\d*)$/.test(part);
}
