import { CommandError, notSupported } from '../errors';
import { isArrayIndex, parsePath, pathsOverlap } from '../values/path';
import type { Path } from '../values/path';
import { isDocument, typeName } from '../values/value';
import type { Document, Value } from '../values/value';
import { Field } from './field';
import { updateOperators } from './operators';
import type { Change } from './operators';

/** A parsed update: a whole new document, or changes to single fields. */
export type Update =
  | { kind: 'replacement'; document: Document }
  | { kind: 'operators'; modifications: readonly Modification[] };

interface Modification {
  path: Path;
  change: Change;
  onlyOnInsert: boolean;
}

/**
 * Parses an update document.
 * @throws CommandError FailedToParse, ConflictingUpdateOperators and others, as MongoDB
 */
export function parseUpdate(update: Value | undefined): Update {
  if (Array.isArray(update)) throw notSupported('an update with an aggregation pipeline');
  if (!isDocument(update)) {
    throw new CommandError('FailedToParse', 'Update argument must be either an object or an array');
  }
  const [first] = update.keys();
  if (!first?.startsWith('$')) return { kind: 'replacement', document: update };
  const modifications: Modification[] = [];
  // One after the other: of several faults MongoDB names the first.
  for (const modification of parseOperators(update)) {
    refuseConflict(modification.path, modifications);
    modifications.push(modification);
  }
  return { kind: 'operators', modifications: modifications.sort(byPath) };
}

/**
 * Changes the fields of a document in place.
 * @param document a document of the caller's own
 * @param position where the filter matched in an array, for `$` in a path
 * @returns whether MongoDB counts a change even where the document came out as it was
 */
export function applyModifications(
  modifications: readonly Modification[],
  document: Document,
  isInsert: boolean,
  position: () => number | undefined,
): boolean {
  const applied = modifications.filter(({ onlyOnInsert }) => isInsert || !onlyOnInsert);
  const resolved = applied.some(({ path }) => path.includes('$'))
    ? withPosition(applied, positionText(position()))
    : applied;
  const fields = resolved.map(({ path, change }) => {
    const field = new Field(document, path);
    change(field);
    return field;
  });
  return fields.some(({ rewritten }) => rewritten);
}

/** Puts a position in the place of each `$`, which may make two paths meet. */
function withPosition(modifications: readonly Modification[], position: string): Modification[] {
  const resolved: Modification[] = [];
  for (const { path, ...rest } of modifications) {
    const filled = path.map((part) => (part === '$' ? position : part));
    refuseConflict(filled, resolved);
    resolved.push({ path: filled, ...rest });
  }
  return resolved;
}

function positionText(position: number | undefined): string {
  if (position !== undefined) return String(position);
  throw new CommandError(
    'BadValue',
    'The positional operator did not find the match needed from the query.',
  );
}

function* parseOperators(update: Document): Generator<Modification> {
  for (const [operator, fields] of update) {
    const compile = updateOperators.get(operator);
    if (!compile) {
      throw new CommandError(
        'FailedToParse',
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style ` +
          'update specified as an array',
      );
    }
    if (!isDocument(fields)) {
      throw new CommandError(
        'FailedToParse',
        `Modifiers operate on fields but we found type ${typeName(fields)} instead. For ` +
          `example: {$mod: {<field>: ...}} not {${operator}: ...}`,
      );
    }
    for (const [name, argument] of fields) {
      const path = parseUpdatePath(name);
      yield { path, change: compile(argument, name), onlyOnInsert: operator === '$setOnInsert' };
    }
  }
}

function parseUpdatePath(name: string): Path {
  const path = parsePath(name);
  if (path.includes('')) {
    throw new CommandError(
      'EmptyFieldName',
      `The update path '${name}' contains an empty field name, which is not allowed.`,
    );
  }
  if (path[0] === '$') {
    throw new CommandError(
      'BadValue',
      `Cannot have positional (i.e. '$') element in the first position in path '${name}'`,
    );
  }
  if (path.filter((part) => part === '$').length > 1) {
    throw new CommandError(
      'BadValue',
      `Too many positional (i.e. '$') elements found in path '${name}'`,
    );
  }
  const dollar = path.find((part) => part.startsWith('$') && part !== '$');
  if (dollar?.startsWith('$[')) throw notSupported(`the array update '${dollar}'`);
  if (dollar !== undefined) {
    throw new CommandError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${dollar}' in '${name}' is not valid for storage.`,
    );
  }
  return path;
}

function refuseConflict(path: Path, earlier: readonly { path: Path }[]): void {
  const name = path.join('.');
  const other = earlier
    .map((modification) => modification.path.join('.'))
    .find((candidate) => pathsOverlap(candidate, name));
  if (other === undefined) return;
  throw new CommandError(
    'ConflictingUpdateOperators',
    `Updating the path '${name}' would create a conflict at ` +
      `'${other.length < name.length ? other : name}'`,
  );
}

/** MongoDB applies an update in the order of its paths, which is the order of new fields. */
function byPath(a: Modification, b: Modification): number {
  for (const [depth, left] of a.path.entries()) {
    const right = b.path[depth];
    if (right === undefined) return 1;
    if (left !== right) return comparePart(left, right);
  }
  return -1;
}

function comparePart(left: string, right: string): number {
  if (isArrayIndex(left) && isArrayIndex(right)) return Number(left) - Number(right);
  return left < right ? -1 : 1;
}
