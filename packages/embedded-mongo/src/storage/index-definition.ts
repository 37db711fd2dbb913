import { Int32 } from 'bson';
import { CommandError, notSupported } from '../errors';
import { isArrayIndex, pathsOverlap } from '../values/path';
import { isDocument, isNumeric, isTruthy, toNumber } from '../values/value';
import type { Document, Value } from '../values/value';
import { checkPartialFilter } from './partial-filter';

/** What an index is, read from its specification. */
export interface IndexDefinition {
  name: string;
  /** The indexed paths, in order. */
  fields: readonly string[];
  unique: boolean;
  sparse: boolean;
  partialFilterExpression: Document | undefined;
  /** Seconds after the indexed date at which a document ends, for a TTL index. */
  expireAfterSeconds: number | undefined;
  /** The specification, as listIndexes shows it. */
  specification: Document;
}

/** The options an index specification may have here. `background` has had no effect since 4.2. */
export const indexOptions: readonly string[] = [
  'v',
  'key',
  'name',
  'background',
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
];

/** The options of the index on `_id`, which is unique and complete by itself. */
const ID_OPTIONS = ['v', 'key', 'name', 'background'];
const VERSION = 2;
const LONGEST_EXPIRY = 2 ** 31 - 1;

/** The name of the index that every collection has. */
export const ID_INDEX = '_id_';

/** The definition of the index that every collection has. */
export const idIndex = (): IndexDefinition => ({
  ...parseIndex(
    new Map<string, Value>([
      ['key', new Map([['_id', new Int32(1)]])],
      ['name', ID_INDEX],
    ]),
  ),
  unique: true,
});

/**
 * Reads and checks an index specification as createIndexes gets it.
 * @throws CommandError CannotCreateIndex and others, as MongoDB
 */
export function parseIndex(given: Document): IndexDefinition {
  const key = given.get('key');
  const name = given.get('name');
  if (!isDocument(key)) throw missing('key');
  if (typeof name !== 'string' || name === '') throw missing('name');
  const isId = key.size === 1 && key.has('_id');
  checkOptions(given, isId ? ID_OPTIONS : indexOptions);
  checkKey(key);
  const specification: Document = new Map([['v', new Int32(VERSION)], ...given]);
  if (isId) specification.set('name', ID_INDEX);
  const definition: IndexDefinition = {
    name: isId ? ID_INDEX : name,
    fields: [...key.keys()],
    unique: flag(given, 'unique'),
    sparse: flag(given, 'sparse'),
    partialFilterExpression: partialFilter(given),
    expireAfterSeconds: expiry(given),
    specification,
  };
  checkCombination(definition);
  return definition;
}

function checkOptions(given: Document, allowed: readonly string[]): void {
  const unknown = [...given.keys()].find((option) => !allowed.includes(option));
  if (unknown !== undefined) {
    throw new CommandError(
      'InvalidIndexSpecificationOption',
      `The field '${unknown}' is not valid for this index specification`,
    );
  }
  const version = given.get('v');
  if (version !== undefined && !(isNumeric(version) && toNumber(version) === VERSION)) {
    throw new CommandError('CannotCreateIndex', `Only indexes of version ${VERSION} can be made`);
  }
}

function checkKey(key: Document): void {
  if (key.size === 0) throw new CommandError('CannotCreateIndex', 'Index keys cannot be empty.');
  for (const [name, kind] of key) {
    if (!isNumeric(kind) || Math.abs(toNumber(kind)) !== 1) {
      throw new CommandError('CannotCreateIndex', `The index type of '${name}' must be 1 or -1`);
    }
    const parts = name.split('.');
    if (parts.some((part) => part === '' || part.startsWith('$'))) {
      throw new CommandError('CannotCreateIndex', `Index key '${name}' has an illegal field name`);
    }
    if (parts.some(isArrayIndex)) throw notSupported(`an index on an array position, '${name}'`);
    const inner = [...key.keys()].find((other) => other !== name && pathsOverlap(name, other));
    if (inner !== undefined) throw notSupported(`an index on both '${name}' and '${inner}'`);
  }
}

function partialFilter(given: Document): Document | undefined {
  const filter = given.get('partialFilterExpression');
  if (filter === undefined) return undefined;
  if (!isDocument(filter)) {
    throw new CommandError('TypeMismatch', "The field 'partialFilterExpression' must be an object");
  }
  checkPartialFilter(filter);
  return filter;
}

function expiry(given: Document): number | undefined {
  const seconds = given.get('expireAfterSeconds');
  if (seconds === undefined) return undefined;
  const number = isNumeric(seconds) ? toNumber(seconds) : NaN;
  if (!(number >= 0 && number <= LONGEST_EXPIRY)) {
    throw new CommandError(
      'CannotCreateIndex',
      `TTL index 'expireAfterSeconds' option must be numeric and within 0 and ${LONGEST_EXPIRY}`,
    );
  }
  return number;
}

function checkCombination(index: IndexDefinition): void {
  if (index.expireAfterSeconds !== undefined && index.fields.length > 1) {
    throw new CommandError(
      'CannotCreateIndex',
      'TTL indexes are single-field indexes, compound indexes do not support TTL.',
    );
  }
  if (index.sparse && index.partialFilterExpression) {
    throw new CommandError(
      'CannotCreateIndex',
      'cannot mix "partialFilterExpression" and "sparse" options',
    );
  }
}

function flag(given: Document, option: string): boolean {
  const value = given.get(option);
  if (value !== undefined && typeof value !== 'boolean' && !isNumeric(value)) {
    throw new CommandError('TypeMismatch', `The field '${option}' has value of a wrong type`);
  }
  return isTruthy(value);
}

function missing(field: string): CommandError {
  return new CommandError(
    'FailedToParse',
    `The '${field}' field is a required property of an index specification`,
  );
}
