import { EMPTY_ARRAY_KEY, orderKey } from '../values/order';
import type { Path } from '../values/path';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';

/** What indexes and sorting see of one path in one document. */
export interface FieldKeys {
  /** Order keys with the values they stand for: one, or as many as the arrays on the path hold. */
  values: Map<string, Value>;
  /** Whether the field exists anywhere on the path. */
  present: boolean;
  /** Whether an array lies on the path. */
  multikey: boolean;
}

/** Collects the keys of a path: each element of an array counts, a missing field counts as null. */
export function fieldKeys(document: Document, path: Path): FieldKeys {
  const keys: FieldKeys = { values: new Map(), present: false, multikey: false };
  collect(keys, document, path, 0);
  return keys;
}

function collect(keys: FieldKeys, value: Value | undefined, path: Path, depth: number): void {
  if (Array.isArray(value)) {
    collectArray(keys, value, path, depth);
    return;
  }
  const part = path[depth];
  if (part === undefined) addLeaf(keys, value);
  else if (isDocument(value)) collect(keys, value.get(part), path, depth + 1);
  else addLeaf(keys, undefined);
}

/** Arrays open one level: an array inside an array is a value at the end, and nothing before. */
function collectArray(keys: FieldKeys, array: Value[], path: Path, depth: number): void {
  keys.multikey = true;
  const isLeaf = depth === path.length;
  if (array.length === 0 && isLeaf) {
    keys.present = true;
    keys.values.set(EMPTY_ARRAY_KEY, null);
  } else if (array.length === 0) {
    addLeaf(keys, undefined);
  }
  for (const element of array) {
    if (isLeaf) addLeaf(keys, element);
    else if (isDocument(element)) collect(keys, element, path, depth);
    else addLeaf(keys, undefined);
  }
}

function addLeaf(keys: FieldKeys, value: Value | undefined): void {
  keys.present ||= value !== undefined;
  keys.values.set(orderKey(value), value ?? null);
}
