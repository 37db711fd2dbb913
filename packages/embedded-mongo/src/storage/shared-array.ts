import type { Path } from '../values/path';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';

/**
 * Takes apart a document whose indexed fields lie in the same array: one document per element, with the element in the
 * array's place, as MongoDB makes the keys of such an index. `{a: [{b: 1, c: 2}]}` gives `{a: {b: 1, c: 2}}` for the
 * fields `a.b` and `a.c`.
 * @param paths those on which an array lies
 * @returns undefined when the fields lie in different arrays, which cannot be indexed together
 */
export function openSharedArray(
  document: Document,
  paths: readonly Path[],
): Document[] | undefined {
  const [first = [], ...others] = paths.map((path) => pathOfArray(document, path));
  const text = first.join('.');
  if (others.some((other) => other.join('.') !== text)) return undefined;
  // A field that is the array itself has a key of its own for an empty one.
  if (paths.some((path) => path.length === first.length)) return undefined;
  const array = first.reduce<Value | undefined>(child, document) as Value[];
  const elements = array.length > 0 ? array : [null];
  return elements.map((element) => replaced(document, first, element) as Document);
}

/** The path of the first array on a path. */
function pathOfArray(document: Document, path: Path): Path {
  let value: Value | undefined = document;
  const depth = path.findIndex((part) => Array.isArray((value = child(value, part))));
  return path.slice(0, depth + 1);
}

function child(value: Value | undefined, part: string): Value | undefined {
  return isDocument(value) ? value.get(part) : undefined;
}

/** A copy with another value at a path through documents. */
function replaced(value: Value | undefined, path: Path, by: Value): Value {
  const [part, ...rest] = path;
  if (part === undefined || !isDocument(value)) return by;
  return new Map(value).set(part, replaced(value.get(part), rest, by));
}
