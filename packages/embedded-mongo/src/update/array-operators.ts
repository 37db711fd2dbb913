import { BSONRegExp } from 'bson';
import { CommandError, notSupported } from '../errors';
import { compileFilter, isLogicalOperator } from '../filter/compile';
import { isOperators } from '../filter/condition';
import { equalValues } from '../values/order';
import { isDocument, isNumeric, toNumber, typeName } from '../values/value';
import type { Document, Value } from '../values/value';
import type { Field } from './field';
import type { Change } from './operators';

/** The clauses `$push` may have beside `$each`. */
export const pushClauses: readonly string[] = ['$each', '$slice', '$position'];

/** `$push`: a value, or `$each` with where to insert and how much to keep. */
export function compilePush(argument: Value): Change {
  const clauses = isDocument(argument) && argument.has('$each') ? argument : undefined;
  const values = clauses ? eachOf(clauses, '$push') : [argument];
  const position = clauses && integer(clauses, '$position');
  const slice = clauses && integer(clauses, '$slice');
  for (const clause of clauses?.keys() ?? []) refuseClause(clause);
  return (field) => {
    insert(field, values, position, slice);
  };
}

function refuseClause(clause: string): void {
  if (clause === '$sort') throw notSupported('$sort in $push');
  if (!pushClauses.includes(clause)) {
    throw new CommandError('BadValue', `Unrecognized clause in $push: ${clause}`);
  }
}

function insert(field: Field, values: readonly Value[], position?: number, slice?: number): void {
  const current = orEmpty(field.get());
  if (!Array.isArray(current)) {
    throw new CommandError(
      'BadValue',
      `The field '${field.name}' must be an array but is of type ${typeName(current)} ` +
        `in document ${field.documentText}`,
    );
  }
  const grown = [...current];
  grown.splice(position ?? grown.length, 0, ...values);
  const cut = slice === undefined ? grown : sliced(grown, slice);
  field.set(cut);
  field.rewritten = values.length > 0 || cut.length < grown.length;
}

function sliced(array: Value[], slice: number): Value[] {
  if (slice === 0) return [];
  return slice < 0 ? array.slice(slice) : array.slice(0, slice);
}

/** `$addToSet`: appends what the array does not hold yet. */
export function compileAddToSet(argument: Value): Change {
  const clauses = isDocument(argument) && argument.has('$each') ? argument : undefined;
  const values = clauses ? eachOf(clauses, '$addToSet') : [argument];
  if (clauses && clauses.size > 1) {
    throw new CommandError('BadValue', 'Found unexpected fields after $each in $addToSet');
  }
  return (field) => {
    const current = orEmpty(field.get());
    if (!Array.isArray(current)) {
      throw new CommandError(
        'BadValue',
        `Cannot apply $addToSet to non-array field. Field named '${field.name}' ` +
          `has non-array type ${typeName(current)}`,
      );
    }
    const grown = [...current];
    for (const value of values) {
      if (!grown.some((item) => equalValues(item, value))) grown.push(value);
    }
    field.set(grown);
  };
}

/** Only a missing field begins as an empty array; null is a value of a wrong type. */
function orEmpty(value: Value | undefined): Value {
  return value === undefined ? [] : value;
}

/** `$pull`: removes the elements that equal a value or match a condition. */
export function compilePull(argument: Value): Change {
  const isPulled = compilePullTest(argument);
  return (field) => {
    const current = field.get();
    if (current === undefined) {
      field.checkViable();
      return;
    }
    if (!Array.isArray(current)) {
      throw new CommandError('BadValue', 'Cannot apply $pull to a non-array value');
    }
    field.set(current.filter((item) => !isPulled(item)));
  };
}

/** Operators judge the element as a value; any other document is a filter on the element's fields. */
function compilePullTest(argument: Value): (item: Value) => boolean {
  if (areFieldOperators(argument) || argument instanceof BSONRegExp) {
    const matches = compileFilter(new Map([['', argument]]));
    return (item) => matches(new Map([['', item]]));
  }
  if (isDocument(argument)) {
    const matches = compileFilter(argument);
    return (item) => isDocument(item) && matches(item);
  }
  return (item) => equalValues(item, argument);
}

function areFieldOperators(argument: Value): boolean {
  if (!isOperators(argument)) return false;
  const [first = ''] = argument.keys();
  return !isLogicalOperator(first);
}

function eachOf(clauses: Document, operator: string): readonly Value[] {
  const values = clauses.get('$each') ?? null;
  if (Array.isArray(values)) return values;
  throw new CommandError(
    'BadValue',
    `The argument to $each in ${operator} must be an array but it was of type: ${typeName(values)}`,
  );
}

function integer(clauses: Document, name: string): number | undefined {
  const value = clauses.get(name);
  if (value === undefined) return undefined;
  const number = isNumeric(value) ? toNumber(value) : NaN;
  if (!Number.isSafeInteger(number)) {
    throw new CommandError('BadValue', `The value for ${name} must be an integer value`);
  }
  return number;
}
