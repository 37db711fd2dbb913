import { BSONRegExp } from 'bson';
import { operatorsOf } from '../filter/conjuncts';
import type { Conjunct } from '../filter/conjuncts';
import { ABOVE_ALL, orderKey, TEXT_END, typeRank } from '../values/order';
import type { Value } from '../values/value';

/** What the filter says about one indexed field, as keys of an index. */
export interface Bounds {
  /** Keys of the only values that can match: of an equality or an `$in`. */
  equal?: string[];
  /** Beginnings of the keys of the only values that can match: of an `$in` with regular expressions in it. */
  begins?: string[] | undefined;
  /** Whether null is among them, which a sparse index does not hold. */
  hasNull?: boolean;
  /** Range of keys [from, to) within one type. */
  range?: { from: string; to: string };
}

/** Derives the bounds of each path from the demands that must all hold. */
export function boundsOf(conjuncts: readonly Conjunct[]): Map<string, Bounds> {
  const all = new Map<string, Bounds>();
  for (const { path, demand } of conjuncts) {
    const bounds = all.get(path) ?? {};
    all.set(path, bounds);
    for (const [operator, operand] of operatorsOf(demand)) narrow(bounds, operator, operand);
  }
  return all;
}

const RANGES = ['$gt', '$gte', '$lt', '$lte'];

/** Bounds may be wider than the filter, which judges every candidate again. */
function narrow(bounds: Bounds, operator: string, operand: Value): void {
  const values = operator === '$eq' ? [operand] : operator === '$in' ? operand : undefined;
  if (Array.isArray(values) && values.every(isKey)) {
    bounds.equal ??= [...new Set(values.map(orderKey))];
    bounds.hasNull ??= values.includes(null);
  } else if (Array.isArray(values)) {
    bounds.begins ??= beginnings(values);
    bounds.hasNull ??= values.includes(null);
  } else if (RANGES.includes(operator) && isKey(operand) && operand !== null) {
    narrowRange(bounds, operator, operand);
  }
}

function narrowRange(bounds: Bounds, operator: string, operand: Value): void {
  const rank = typeRank(operand);
  bounds.range ??= { from: String.fromCharCode(rank), to: String.fromCharCode(rank + 1) };
  const { range } = bounds;
  // Two types at once cannot match one value; the filter will say so.
  if (range.from.charCodeAt(0) !== rank) return;
  if (operator.startsWith('$gt')) range.from = orderKey(operand);
  else range.to = orderKey(operand) + ABOVE_ALL;
}

/** `^` and then nothing but characters that stand for themselves, as they are or behind a backslash. */
const LITERAL_START = /^\^((?:[^\\^$.|?*+()[\]{}]|\\[^\p{L}\p{N}])+)$/u;

/** Undefined when one of the values may match anything: an array, or an expression without a beginning. */
function beginnings(values: readonly Value[]): string[] | undefined {
  const keys: string[] = [];
  for (const value of values) {
    if (Array.isArray(value)) return undefined;
    keys.push(orderKey(value));
    if (!(value instanceof BSONRegExp)) continue;
    const [, literal] = LITERAL_START.exec(value.pattern) ?? [];
    if (literal === undefined || value.options !== '') return undefined;
    keys.push(textBeginning(literal.replace(/\\(.)/gsu, '$1')));
  }
  return [...new Set(keys)];
}

/** What the keys of all texts that begin so have in common. */
function textBeginning(text: string): string {
  return orderKey(text).slice(0, -TEXT_END.length);
}

/** An array or a regular expression matches by more than its own key. */
function isKey(value: Value): boolean {
  return !Array.isArray(value) && !(value instanceof BSONRegExp);
}
