import { CommandError } from '../errors';
import { compileFilter } from '../filter/compile';
import { conjunctsOf, operatorsOf } from '../filter/conjuncts';
import type { Conjunct } from '../filter/conjuncts';
import { compileCondition } from '../filter/field-operators';
import { ElementReach } from '../filter/reach';
import { equalValues } from '../values/order';
import { isTruthy } from '../values/value';
import type { Document, Value } from '../values/value';

/** The operators a partialFilterExpression may use. */
export const partialFilterOperators: readonly string[] = [
  '$eq',
  '$exists',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$type',
];

/** Operators that, with an operand other than null, demand that the field exists. */
const EXISTENTIAL = ['$eq', '$gt', '$gte', '$lt', '$lte', '$type'];

/**
 * Checks a partialFilterExpression.
 * @throws CommandError CannotCreateIndex for what MongoDB or this engine cannot index by
 */
export function checkPartialFilter(filter: Document): void {
  compileFilter(filter);
  const logical = [...filter.keys()].find((name) => name.startsWith('$') && name !== '$and');
  const operators = conjunctsOf(filter).flatMap(({ demand }) => [...operatorsOf(demand)]);
  const refused =
    logical ??
    operators.find(
      ([name, operand]) =>
        !partialFilterOperators.includes(name) || (name === '$exists' && !isTruthy(operand)),
    )?.[0];
  if (refused !== undefined) {
    throw new CommandError(
      'CannotCreateIndex',
      `Expression not supported in partial index: ${refused}`,
    );
  }
}

/** Whether every document the filter can match is in an index with this partial filter. */
export function implies(filter: readonly Conjunct[], partial: Document): boolean {
  return conjunctsOf(partial).every(({ path, demand }) =>
    [...operatorsOf(demand)].every(([name, operand]) =>
      filter.some((conjunct) => conjunct.path === path && guarantees(conjunct, name, operand)),
    ),
  );
}

/** Whether a demand of the filter can only hold where `{operator: operand}` holds too. */
function guarantees({ demand }: Conjunct, operator: string, operand: Value): boolean {
  const wanted = compileCondition(new Map([[operator, operand]]));
  return [...operatorsOf(demand)].some(([name, value]) => {
    if (name === operator && equalValues(value, operand)) return true;
    // Null is also "equal" where the field is missing, so it proves nothing.
    if (value === null) return false;
    if (operator === '$exists' && EXISTENTIAL.includes(name)) return true;
    return name === '$eq' && wanted(new ElementReach(value));
  });
}
