import { BSONRegExp, MaxKey, MinKey } from 'bson';
import { CommandError, notSupported } from '../errors';
import { isDocument, isNumeric, isTruthy, toNumber } from '../values/value';
import type { Document, Value } from '../values/value';
import { compileFilter, isLogicalOperator } from './compile';
import { all, equalTo, inOrder, isOperators, matchesRegex, not, oneOf } from './condition';
import type { Condition } from './condition';
import { ElementReach } from './reach';
import { compileType } from './type-operator';

/** @param siblings the operators beside this one, as `$options` beside `$regex` */
type FieldOperator = (operand: Value, siblings: Document) => Condition;

/** The operators that judge the values of one field, by name. */
export const fieldOperators: ReadonlyMap<string, FieldOperator> = new Map<string, FieldOperator>([
  ['$eq', equalTo],
  ['$ne', (operand) => not(equalTo(noRegex(operand, '$ne')))],
  ['$gt', (operand) => inOrder(rangeEnd(operand), false, 1)],
  ['$gte', (operand) => inOrder(rangeEnd(operand), true, 1)],
  ['$lt', (operand) => inOrder(rangeEnd(operand), false, -1)],
  ['$lte', (operand) => inOrder(rangeEnd(operand), true, -1)],
  ['$in', (operand) => oneOf(plainValues(operand, '$in'))],
  ['$nin', (operand) => not(oneOf(plainValues(operand, '$nin')))],
  ['$exists', (operand) => (isTruthy(operand) ? exists : not(exists))],
  ['$not', (operand) => not(compileNot(operand))],
  ['$elemMatch', compileElemMatch],
  ['$all', compileAll],
  ['$size', compileSize],
  ['$type', compileType],
  ['$regex', compileRegex],
  ['$options', compileOptions],
]);

/**
 * Compiles what a filter demands of one field: operators, a regular expression, or a value.
 * @throws CommandError BadValue for an unknown operator or a wrong operand
 */
export function compileCondition(demand: Value): Condition {
  if (demand instanceof BSONRegExp) return matchesRegex(demand);
  return isOperators(demand) ? compileOperators(demand) : equalTo(demand);
}

function compileOperators(operators: Document): Condition {
  const conditions = [...operators].map(([name, operand]) => {
    const operator = fieldOperators.get(name);
    if (!operator) throw new CommandError('BadValue', `unknown operator: ${name}`);
    return operator(operand, operators);
  });
  return all(conditions);
}

const exists: Condition = (reached) => reached.someNode((value) => value !== undefined);

function compileNot(operand: Value): Condition {
  if (operand instanceof BSONRegExp) return matchesRegex(operand);
  if (!isDocument(operand)) {
    throw new CommandError('BadValue', '$not needs a regex or a document');
  }
  if (operand.size === 0) throw new CommandError('BadValue', '$not cannot be empty');
  return compileOperators(operand);
}

/** Operators judge each element as a value; anything else is a filter on elements as documents. */
function compileElemMatch(operand: Value): Condition {
  if (!isDocument(operand)) throw new CommandError('BadValue', '$elemMatch needs an Object');
  const [first = ''] = operand.keys();
  if (isOperators(operand) && !isLogicalOperator(first)) {
    const condition = compileOperators(operand);
    return (reached) => reached.someElement((element) => condition(new ElementReach(element)));
  }
  const matches = compileFilter(operand);
  return (reached) =>
    reached.someElement((element) => {
      if (Array.isArray(element)) return matches(numbered(element));
      return isDocument(element) && matches(element);
    });
}

/** A nested array looks to `$elemMatch` like a document whose names are the positions. */
function numbered(array: Value[]): Document {
  return new Map(array.map((value, index) => [String(index), value]));
}

function compileAll(operand: Value): Condition {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', '$all needs an array');
  if (operand.length === 0) return () => false;
  const areMatches = operand.map((item) => isDocument(item) && item.has('$elemMatch'));
  if (areMatches.every(Boolean)) return all(operand.map(compileCondition));
  if (operand.some(isOperators)) throw new CommandError('BadValue', 'no $ expressions in $all');
  return all(operand.map(compileCondition));
}

function compileSize(operand: Value): Condition {
  const size = isNumeric(operand) ? toNumber(operand) : NaN;
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new CommandError('BadValue', 'Failed to parse $size. Expected a non-negative integer');
  }
  return (reached) => reached.someNode((value) => Array.isArray(value) && value.length === size);
}

function compileRegex(operand: Value, siblings: Document): Condition {
  const options = siblings.get('$options') ?? '';
  if (typeof options !== 'string') {
    throw new CommandError('BadValue', '$options has to be a string');
  }
  if (typeof operand === 'string') return matchesRegex(new BSONRegExp(operand, options));
  if (!(operand instanceof BSONRegExp)) {
    throw new CommandError('BadValue', '$regex has to be a string');
  }
  if (operand.options !== '' && siblings.has('$options')) {
    throw new CommandError(51075, 'options set in both $regex and $options');
  }
  return matchesRegex(new BSONRegExp(operand.pattern, operand.options || options));
}

/** `$options` alone says nothing; `$regex` reads it. */
function compileOptions(_operand: Value, siblings: Document): Condition {
  if (!siblings.has('$regex')) throw new CommandError('BadValue', '$options needs a $regex');
  return () => true;
}

function plainValues(operand: Value, operator: string): readonly Value[] {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', `${operator} needs an array`);
  if (operand.some(isOperators)) {
    throw new CommandError('BadValue', `cannot nest $ under ${operator}`);
  }
  return operand;
}

function noRegex(operand: Value, operator: string): Value {
  if (operand instanceof BSONRegExp) {
    throw new CommandError('BadValue', `Can't have regex as arg to ${operator}.`);
  }
  return operand;
}

function rangeEnd(operand: Value): Value {
  if (operand instanceof BSONRegExp) {
    throw new CommandError('BadValue', "Can't have RegEx as arg to predicate over field.");
  }
  // MongoDB compares these two with values of every type.
  if (operand instanceof MinKey || operand instanceof MaxKey) {
    throw notSupported('a range that ends at MinKey or MaxKey');
  }
  return operand;
}
