import { CommandError, notSupported } from '../errors';
import type { Condition } from '../filter/condition';
import { conjunctsOf } from '../filter/conjuncts';
import { compileCondition } from '../filter/field-operators';
import { matchedPosition } from '../filter/positions';
import { PathReach } from '../filter/reach';
import { parsePath } from '../values/path';
import type { Path } from '../values/path';
import { isDocument, isNumeric, isTruthy } from '../values/value';
import type { Document, Value } from '../values/value';
import { Inclusion } from './inclusion';

/** What a projection makes of a document. */
export type Projection = (document: Document) => Document;

/** The operator a find projection may use. */
export const projectionOperators: readonly string[] = ['$elemMatch'];

const POSITIONAL = '.$';

/**
 * Compiles the projection of a find.
 * @param filter the filter of the same find, for the positional `path.$`
 * @returns undefined for a projection that changes nothing
 * @throws CommandError as MongoDB, or CommandNotSupported for expressions
 */
export function compileProjection(
  projection: Document | undefined,
  filter: Document,
): Projection | undefined {
  if (!projection || projection.size === 0) return undefined;
  const inclusion = new Inclusion();
  const elementMatches = new Map<string, Condition>();
  const positional: string[] = [];
  for (const [name, value] of flatten(projection)) {
    if (isDocument(value)) {
      elementMatches.set(name, parseElementMatch(name, value));
      inclusion.add(name, true);
    } else if (name.endsWith(POSITIONAL) && isTruthy(value)) {
      positional.push(parsePositional(name, filter));
      inclusion.add(name.slice(0, -POSITIONAL.length), true);
    } else {
      inclusion.add(name, isTruthy(value));
    }
  }
  checkPositional(positional, elementMatches);
  const base = inclusion.compile();
  return (document) => {
    const result = base(document);
    for (const path of positional) {
      keepMatched(result, parsePath(path), matchedPosition(filter, document));
    }
    for (const [name, matches] of elementMatches) keepFirst(result, name, matches);
    return result;
  };
}

/** Brings `{a: {b: 1}}` into the form `{'a.b': 1}` and refuses what is not in or out. */
function flatten(projection: Document, prefix = ''): [string, Value][] {
  return [...projection].flatMap(([name, value]) => {
    const path = prefix + name;
    if (isDocument(value)) {
      const [first] = value.keys();
      if (first === undefined) {
        throw new CommandError(51270, `An empty sub-projection is not a valid value: ${path}`);
      }
      return first.startsWith('$') ? [[path, value]] : flatten(value, `${path}.`);
    }
    if (!isNumeric(value) && typeof value !== 'boolean') {
      throw notSupported(`an expression in a find projection, at '${path}',`);
    }
    return [[path, value]];
  });
}

function parseElementMatch(name: string, operators: Document): Condition {
  const [operator = ''] = operators.keys();
  if (operators.size > 1 || !projectionOperators.includes(operator)) {
    throw notSupported(`the projection operator ${operator}`);
  }
  if (!isDocument(operators.get(operator))) {
    throw new CommandError(31274, 'elemMatch: Invalid argument, object required');
  }
  if (name.includes('.')) {
    throw new CommandError(31275, 'Cannot use $elemMatch projection on a nested field.');
  }
  return compileCondition(operators);
}

function parsePositional(name: string, filter: Document): string {
  const path = name.slice(0, -POSITIONAL.length);
  const [first] = parsePath(path);
  if (!conjunctsOf(filter).some((conjunct) => parsePath(conjunct.path)[0] === first)) {
    throw new CommandError(
      31277,
      `Positional projection '${name}' does not match the query document.`,
    );
  }
  return path;
}

function checkPositional(paths: readonly string[], matches: ReadonlyMap<string, unknown>): void {
  if (paths.length > 1) {
    throw new CommandError(31276, 'Cannot specify more than one positional projection per query.');
  }
  if (paths.length > 0 && matches.size > 0) {
    throw new CommandError(31256, 'Cannot specify positional operator and $elemMatch.');
  }
}

/** Reduces the first array on a path to the element the filter matched; without an array nothing happens. */
function keepMatched(
  document: Document,
  [part = '', ...rest]: Path,
  position: number | undefined,
): void {
  const value = document.get(part);
  if (isDocument(value) && rest.length > 0) keepMatched(value, rest, position);
  if (!Array.isArray(value)) return;
  const problem = "Executor error during find command :: caused by :: positional operator '.$'";
  if (position === undefined) {
    throw new CommandError(51246, `${problem} couldn't find a matching element in the array`);
  }
  const element = value[position];
  if (element === undefined) throw new CommandError(51247, `${problem} element mismatch`);
  document.set(part, [element]);
}

/** Reduces an array to its first element that matches, and moves it to the end. */
function keepFirst(result: Document, name: string, matches: Condition): void {
  const array = result.get(name);
  result.delete(name);
  const reached = new PathReach(new Map([[name, array ?? null]]), [name]);
  if (!Array.isArray(array) || !matches(reached)) return;
  const [position = 0] = reached.positions;
  result.set(name, array.slice(position, position + 1));
}
