import { CommandError } from '../errors';
import { parsePath } from '../values/path';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';
import { compileCondition } from './field-operators';
import { PathReach } from './reach';

/** A compiled filter: whether a document matches. */
export type Predicate = (document: Document) => boolean;

/** The operators that stand in the place of a field name, by name. */
export const logicalOperators: ReadonlyMap<string, (operand: Value) => Predicate> = new Map<
  string,
  (operand: Value) => Predicate
>([
  ['$and', (operand) => every(compileAll(operand, '$and'))],
  ['$or', (operand) => some(compileAll(operand, '$or'))],
  [
    '$nor',
    (operand) => {
      const matchesAny = some(compileAll(operand, '$nor'));
      return (document) => !matchesAny(document);
    },
  ],
]);

export function isLogicalOperator(name: string): boolean {
  return logicalOperators.has(name);
}

/**
 * Compiles a filter.
 * @throws CommandError BadValue for an unknown operator or a wrong operand
 */
export function compileFilter(filter: Document): Predicate {
  return every([...filter].map(([name, demand]) => compileEntry(name, demand)));
}

function compileEntry(name: string, demand: Value): Predicate {
  if (name.startsWith('$')) {
    const operator = logicalOperators.get(name);
    if (!operator) throw new CommandError('BadValue', `unknown top level operator: ${name}`);
    return operator(demand);
  }
  const path = parsePath(name);
  const condition = compileCondition(demand);
  return (document) => condition(new PathReach(document, path));
}

function compileAll(operand: Value, operator: string): Predicate[] {
  if (!Array.isArray(operand) || operand.length === 0) {
    throw new CommandError('BadValue', `${operator} argument must be a non-empty array`);
  }
  return operand.map((filter) => {
    if (isDocument(filter)) return compileFilter(filter);
    throw new CommandError('BadValue', '$or/$and/$nor entries need to be full objects');
  });
}

function every(predicates: readonly Predicate[]): Predicate {
  const [only] = predicates;
  if (only && predicates.length === 1) return only;
  return (document) => predicates.every((matches) => matches(document));
}

function some(predicates: readonly Predicate[]): Predicate {
  return (document) => predicates.some((matches) => matches(document));
}
