import { CommandError, notSupported } from '../errors';
import { isOperators } from '../filter/condition';
import { conjunctsOf, operatorsOf } from '../filter/conjuncts';
import type { Conjunct } from '../filter/conjuncts';
import { parsePath, pathsOverlap } from '../values/path';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';
import { Field } from './field';

/**
 * The document an upsert starts from: the fields the filter sets equal to a value.
 * @throws CommandError NotSingleValueField when the filter names a field twice
 */
export function seedDocument(filter: Document): Document {
  const equalities = equalitiesOf(filter);
  const seed: Document = new Map<string, Value>();
  for (const { path, demand } of equalities) new Field(seed, parsePath(path)).set(demand);
  return seed;
}

/** The `_id` a filter asks for by equality: all that a replacement takes over from it. */
export function seedId(filter: Document): Value | undefined {
  const ids = equalitiesOf(filter, (path) => path === '_id' || path.startsWith('_id.'));
  const nested = ids.find(({ path }) => path !== '_id');
  if (nested) throw notSupported(`an upsert of a replacement by '${nested.path}'`);
  return ids[0]?.demand;
}

function equalitiesOf(
  filter: Document,
  wanted: (path: string) => boolean = () => true,
): Conjunct[] {
  refuseDisguised(filter);
  const equalities = conjunctsOf(filter)
    .filter(({ path }) => wanted(path))
    .flatMap(({ path, demand }) =>
      [...operatorsOf(demand)]
        .filter(([operator]) => operator === '$eq')
        .map(([, value]) => ({ path, demand: value })),
    );
  for (const [index, { path }] of equalities.entries()) {
    const other = equalities.slice(0, index).find((earlier) => pathsOverlap(earlier.path, path));
    if (other) {
      throw new CommandError(
        'NotSingleValueField',
        other.path === path
          ? `cannot infer query fields to set, path '${path}' is matched twice`
          : `cannot infer query fields to set, both paths '${other.path}' and '${path}' are matched`,
      );
    }
  }
  return equalities.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** MongoDB also reads an equality out of these, by rewriting the filter first. */
function refuseDisguised(filter: Document): void {
  const isDisguised = conjunctsOf(filter).some(
    ({ demand }) => isOperators(demand) && (demand.has('$all') || isSingle(demand.get('$in'))),
  );
  if (isDisguised || hasSingleOr(filter)) {
    throw notSupported('an upsert by $all, or by $in or $or with one entry');
  }
}

function hasSingleOr(filter: Value): boolean {
  if (!isDocument(filter)) return false;
  const and = filter.get('$and');
  return isSingle(filter.get('$or')) || (Array.isArray(and) && and.some(hasSingleOr));
}

function isSingle(list: Value | undefined): boolean {
  return Array.isArray(list) && list.length === 1;
}
