import { CommandError } from '../errors';
import { parsePath } from '../values/path';
import type { Path } from '../values/path';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';

/** The paths of a projection as a tree: a branch for each field on the way, a leaf at each end. */
export type PathTree = Map<string, PathTree | Leaf>;
type Leaf = typeof LEAF;
const LEAF = 'leaf';

/**
 * Splits a path of a projection.
 * @throws CommandError for a part that is empty or begins with `$`
 */
export function parseFieldPath(text: string): Path {
  if (text === '')
    throw new CommandError(40352, 'FieldPath cannot be constructed with empty string');
  if (text.endsWith('.')) throw new CommandError(40353, "FieldPath must not end with a '.'.");
  const path = parsePath(text);
  for (const part of path) {
    if (part === '')
      throw new CommandError(15998, 'FieldPath field names may not be empty strings.');
    if (part.startsWith('$')) {
      throw new CommandError(16410, "FieldPath field names may not start with '$'.");
    }
  }
  return path;
}

/**
 * Adds a path to the tree.
 * @throws CommandError when it is there already, or a path above or below it
 */
export function addPath(tree: PathTree, path: Path): void {
  let branch = tree;
  for (const [depth, part] of path.entries()) {
    const child = branch.get(part);
    const isEnd = depth === path.length - 1;
    if (child === LEAF || (child && isEnd)) {
      throw new CommandError(isEnd ? 31250 : 31249, `Path collision at ${path.join('.')}`);
    }
    if (isEnd) {
      branch.set(part, LEAF);
    } else {
      const next: PathTree = child ?? new Map<string, PathTree | Leaf>();
      branch.set(part, next);
      branch = next;
    }
  }
}

/** The document with the fields of the tree only, in the order of the document. */
export function include(document: Document, tree: PathTree): Document {
  const result: Document = new Map<string, Value>();
  for (const [name, value] of document) {
    const child = tree.get(name);
    if (child === LEAF) result.set(name, value);
    else if (child && isContainer(value)) result.set(name, includeWithin(value, child));
  }
  return result;
}

/** Of an array the scalars fall away: they have no fields that could be included. */
function includeWithin(value: Document | Value[], tree: PathTree): Value {
  if (isDocument(value)) return include(value, tree);
  return value.filter(isContainer).map((item) => includeWithin(item, tree));
}

/** The document without the fields of the tree. */
export function exclude(document: Document, tree: PathTree): Document {
  const result: Document = new Map<string, Value>();
  for (const [name, value] of document) {
    const child = tree.get(name);
    if (child === undefined) result.set(name, value);
    else if (child !== LEAF) result.set(name, excludeWithin(value, child));
  }
  return result;
}

function excludeWithin(value: Value, tree: PathTree): Value {
  if (isDocument(value)) return exclude(value, tree);
  return Array.isArray(value) ? value.map((item) => excludeWithin(item, tree)) : value;
}

function isContainer(value: Value): value is Document | Value[] {
  return isDocument(value) || Array.isArray(value);
}
