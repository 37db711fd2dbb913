import { BSONRegExp, ObjectId } from 'bson';
import { CommandError } from '../errors';
import { MAX_DEPTH } from './decode';
import { isDocument } from './value';
import type { Document, Value } from './value';

/**
 * A document as the store keeps it: with an `_id`, and that first.
 * @throws CommandError for an `_id`, a field name or a depth that cannot be stored
 */
export function toStorable(document: Document): Document {
  const id = document.get('_id') ?? (document.has('_id') ? null : new ObjectId());
  if (Array.isArray(id) || id instanceof BSONRegExp) {
    const type = Array.isArray(id) ? 'array' : 'regex';
    throw new CommandError('InvalidIdField', `The '_id' value cannot be of type ${type}`);
  }
  checkValue(document, 1);
  return new Map([['_id', id], ...document]);
}

function checkValue(value: Value, depth: number): void {
  if (isDocument(value)) {
    checkDepth(depth);
    for (const [name, item] of value) {
      checkName(name);
      checkValue(item, depth + 1);
    }
  } else if (Array.isArray(value)) {
    checkDepth(depth);
    for (const item of value) checkValue(item, depth + 1);
  }
}

function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) {
    throw new CommandError(
      'Overflow',
      `cannot insert document because it exceeds ${MAX_DEPTH} levels of nesting`,
    );
  }
}

function checkName(name: string): void {
  if (name.startsWith('$')) {
    throw new CommandError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${name}' is not valid for storage.`,
    );
  }
}
