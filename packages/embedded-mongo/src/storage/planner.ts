import type { Conjunct } from '../filter/conjuncts';
import { ABOVE_ALL } from '../values/order';
import { boundsOf } from './bounds';
import type { Bounds } from './bounds';
import type { CollectionIndex } from './collection-index';
import type { Entry } from './entry';
import { ID_INDEX } from './index-definition';
import { implies } from './partial-filter';
import type { SortField } from './sort';

/** How to find the candidates of a filter: through one index. */
export interface IndexPlan {
  index: CollectionIndex;
  /**
   * Beginnings of the wanted keys: every combination of the equalities on the first fields, and of the beginnings on the
   * field behind them.
   */
  prefixes: readonly string[];
  /** Whether a key may have two of the prefixes. */
  overlapping: boolean;
  /** Range of the keys within each prefix. */
  from: string;
  to: string;
  /** Whether the candidates come in the order of the sort. */
  sorted: boolean;
  direction: 1 | -1;
  /** Preference among plans; the highest wins. */
  score: number;
}

/** A list of prefixes longer than this costs more than it saves. */
const MOST_PREFIXES = 10_000;

/** The best index for a filter and a sort, or undefined when all documents must be looked at. */
export function choosePlan(
  indexes: Iterable<CollectionIndex>,
  conjuncts: readonly Conjunct[],
  sort: readonly SortField[],
): IndexPlan | undefined {
  const bounds = boundsOf(conjuncts);
  let best: IndexPlan | undefined;
  for (const index of indexes) {
    const partial = index.definition.partialFilterExpression;
    if (partial && !implies(conjuncts, partial)) continue;
    const plan = planWith(index, bounds, sort);
    if (plan && (!best || plan.score > best.score)) best = plan;
  }
  return best;
}

function planWith(
  index: CollectionIndex,
  bounds: ReadonlyMap<string, Bounds>,
  sort: readonly SortField[],
): IndexPlan | undefined {
  const { fields, name, sparse, unique } = index.definition;
  const [first = ''] = fields;
  // Before anything asks the index itself, which may still have to be built.
  if (!bounds.has(first) && sort[0]?.name !== first) return undefined;
  const usable = index.sharesArray ? fields.slice(0, 1) : fields;
  const equal = equalPrefix(usable, bounds);
  const next = fields[equal.length];
  const begun = beginningsBehind(equal, bounds.get(usable[equal.length] ?? ''));
  // Two demands on an array may be met by two of its elements, so a range must not combine them.
  const range = begun || index.multikey || next === undefined ? undefined : bounds.get(next)?.range;
  const used = [...equal, ...(begun ? [begun] : []), ...(range ? [range] : [])];
  const sorted = !begun && isSorted(index, fields.slice(equal.length), equal, sort);
  if (used.length === 0 && !sorted) return undefined;
  const wantsNull = begun?.hasNull === true || equal.some(({ hasNull }) => hasNull);
  if (sparse && (used.length === 0 || wantsNull)) return undefined;
  const isPoint = unique && equal.length === fields.length;
  return {
    index,
    prefixes: combine([
      ...equal.map((bound) => bound.equal ?? []),
      ...(begun ? [begun.begins] : []),
    ]),
    overlapping: begun !== undefined,
    from: range?.from ?? '',
    to: range?.to ?? ABOVE_ALL,
    sorted,
    direction: sorted ? (sort[0]?.direction ?? 1) : 1,
    score:
      equal.length * 10 +
      (range || begun ? 5 : 0) +
      (sorted ? 4 : 0) +
      (isPoint ? 20 : 0) +
      (name === ID_INDEX && isPoint ? 100 : 0),
  };
}

/** The bounds of the first fields, as long as each is an equality. */
function equalPrefix(fields: readonly string[], bounds: ReadonlyMap<string, Bounds>): Bounds[] {
  const prefix: Bounds[] = [];
  let combinations = 1;
  for (const field of fields) {
    const bound = bounds.get(field);
    combinations *= bound?.equal?.length ?? Infinity;
    if (!bound || combinations > MOST_PREFIXES) break;
    prefix.push(bound);
  }
  return prefix;
}

/** The beginnings that are wanted of the field behind the equalities, if there are not too many. */
function beginningsBehind(
  equal: readonly Bounds[],
  bound: Bounds | undefined,
): (Bounds & { begins: string[] }) | undefined {
  if (!bound?.begins) return undefined;
  const combinations = equal.reduce((n, { equal: keys = [] }) => n * keys.length, 1);
  if (combinations * bound.begins.length > MOST_PREFIXES) return undefined;
  return { ...bound, begins: bound.begins };
}

/** Whether the fields after the equalities are those of the sort, all in one direction. */
function isSorted(
  index: CollectionIndex,
  rest: readonly string[],
  equal: readonly Bounds[],
  sort: readonly SortField[],
): boolean {
  if (sort.length === 0 || index.multikey) return false;
  if (equal.some((bound) => bound.equal?.length !== 1)) return false;
  return sort.every(
    ({ name, direction }, position) => rest[position] === name && direction === sort[0]?.direction,
  );
}

function combine(parts: readonly (readonly string[])[]): string[] {
  return parts.reduce<string[]>(
    (prefixes, keys) => prefixes.flatMap((prefix) => keys.map((key) => prefix + key)),
    [''],
  );
}

/** The entries a plan reaches, each once. */
export function* candidates(plan: IndexPlan): Generator<Entry> {
  const seen = new Set<Entry>();
  const mayRepeat = plan.index.multikey || plan.overlapping;
  for (const prefix of plan.prefixes) {
    for (const entry of plan.index.scan(prefix + plan.from, prefix + plan.to, plan.direction)) {
      if (mayRepeat && seen.has(entry)) continue;
      if (mayRepeat) seen.add(entry);
      yield entry;
    }
  }
}
