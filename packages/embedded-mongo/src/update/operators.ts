import { CommandError } from '../errors';
import { addNumbers } from '../values/arithmetic';
import { compareValues } from '../values/order';
import { shellText } from '../values/shell-text';
import { isNumeric, typeName } from '../values/value';
import type { Numeric, Value } from '../values/value';
import { compileAddToSet, compilePull, compilePush } from './array-operators';
import type { Field } from './field';

/** What an operator does to a field. */
export type Change = (field: Field) => void;

/** Checks the argument once and returns the change. `path` is for messages. */
type UpdateOperator = (argument: Value, path: string) => Change;

const set: UpdateOperator = (argument) => (field) => {
  field.set(argument);
};

const unset: UpdateOperator = () => (field) => {
  field.unset();
};

/** The update operators, by name. */
export const updateOperators: ReadonlyMap<string, UpdateOperator> = new Map<string, UpdateOperator>(
  [
    ['$set', set],
    ['$setOnInsert', set],
    ['$unset', unset],
    ['$inc', compileIncrement],
    ['$min', (argument) => extreme(argument, -1)],
    ['$max', (argument) => extreme(argument, 1)],
    ['$push', compilePush],
    ['$addToSet', compileAddToSet],
    ['$pull', compilePull],
  ],
);

function extreme(argument: Value, sign: 1 | -1): Change {
  return (field) => {
    const current = field.get();
    if (current === undefined || compareValues(argument, current) * sign > 0) field.set(argument);
  };
}

function compileIncrement(argument: Value, path: string): Change {
  if (!isNumeric(argument)) {
    throw new CommandError(
      'TypeMismatch',
      `Cannot increment with non-numeric argument: {${path}: ${shellText(argument)}}`,
    );
  }
  return (field) => {
    const current = field.get();
    field.set(current === undefined ? argument : increment(field, current, argument));
  };
}

function increment(field: Field, current: Value, by: Numeric): Numeric {
  if (!isNumeric(current)) {
    throw new CommandError(
      'TypeMismatch',
      `Cannot apply $inc to a value of non-numeric type. ${field.documentText} ` +
        `has the field '${field.name}' of non-numeric type ${typeName(current)}`,
    );
  }
  const sum = addNumbers(current, by);
  if (!sum) {
    throw new CommandError(
      'BadValue',
      `Failed to apply $inc operations to current value (${shellText(current)}) ` +
        `for document ${field.documentText}`,
    );
  }
  return sum;
}
