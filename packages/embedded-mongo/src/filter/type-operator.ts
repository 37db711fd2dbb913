import { CommandError } from '../errors';
import { isNumeric, toNumber, typeName } from '../values/value';
import type { Value } from '../values/value';
import type { Condition } from './condition';

/** MongoDB's names and numbers of types, with those no document here can hold. */
const TYPE_CODES = new Map([
  ['double', 1],
  ['string', 2],
  ['object', 3],
  ['array', 4],
  ['binData', 5],
  ['undefined', 6],
  ['objectId', 7],
  ['bool', 8],
  ['date', 9],
  ['null', 10],
  ['regex', 11],
  ['dbPointer', 12],
  ['javascript', 13],
  ['symbol', 14],
  ['javascriptWithScope', 15],
  ['int', 16],
  ['timestamp', 17],
  ['long', 18],
  ['decimal', 19],
  ['minKey', -1],
  ['maxKey', 127],
]);
const NAMES = new Map([...TYPE_CODES].map(([name, code]) => [code, name]));
const NUMBERS = ['int', 'long', 'double', 'decimal'];

/** Compiles `$type`: a name, a number, or a list of them. */
export function compileType(operand: Value): Condition {
  const wanted = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(namesOf));
  if (wanted.size === 0) {
    throw new CommandError('FailedToParse', '$type must match at least one type');
  }
  return (reached) =>
    reached.someLeaf((value) => value !== undefined && wanted.has(typeName(value)));
}

function namesOf(type: Value): string[] {
  if (type === 'number') return NUMBERS;
  if (typeof type === 'string') {
    if (!TYPE_CODES.has(type)) {
      throw new CommandError('BadValue', `Unknown type name alias: ${type}`);
    }
    return [type];
  }
  if (!isNumeric(type)) {
    throw new CommandError('TypeMismatch', 'type must be represented as a number or a string');
  }
  const name = NAMES.get(toNumber(type));
  if (name === undefined) {
    throw new CommandError('BadValue', `Invalid numerical type code: ${toNumber(type)}`);
  }
  return [name];
}
