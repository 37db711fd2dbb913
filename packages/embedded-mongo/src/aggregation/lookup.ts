import { BSONRegExp } from 'bson';
import { Arguments } from '../commands/arguments';
import { CommandError, notSupported } from '../errors';
import { parseFieldPath } from '../projection/tree';
import type { Collection } from '../storage/collection';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';
import type { CompileStage, Scope, Stage } from './stage';

/** The fields of a `$lookup`. */
export const lookupOptions: readonly string[] = [
  'from',
  'localField',
  'foreignField',
  'as',
  'pipeline',
];

/**
 * `$lookup` by equality of two fields, through the other collection's indexes.
 * @param compilePipeline compiles the stages that run on what was found
 */
export function lookupStage(
  compilePipeline: (stages: readonly Value[], scope: Scope) => Stage,
): CompileStage {
  return (specification, scope) => {
    if (!isDocument(specification)) {
      throw new CommandError('FailedToParse', 'the $lookup specification must be an Object');
    }
    const lookup = new Arguments('$lookup', specification);
    lookup.allowOnly(lookupOptions);
    const from = lookup.text('from');
    const foreignField = parseFieldPath(lookup.text('foreignField')).join('.');
    const as = simpleField(lookup, 'as');
    const localField = simpleField(lookup, 'localField');
    const refine = compilePipeline(lookup.has('pipeline') ? lookup.array('pipeline') : [], scope);
    return (documents) =>
      documents.map((document) => {
        const found = findEqual(scope.collection(from), foreignField, document.get(localField));
        return new Map(document).set(as, [...refine(found)]);
      });
  };
}

/** A field of the documents that come in. */
function simpleField(lookup: Arguments, option: string): string {
  const path = parseFieldPath(lookup.text(option));
  if (path.length > 1) throw notSupported(`a dotted path as the '${option}' of $lookup`);
  return path.join('');
}

/** The documents whose field equals the value, or one element of it; a missing value equals null. */
function findEqual(
  collection: Collection | undefined,
  field: string,
  value: Value | undefined,
): Document[] {
  const wanted = Array.isArray(value) ? value : [value ?? null];
  // In `$in` a regular expression would match as a pattern, here it must match as a value; and of arrays in an array
  // MongoDB takes the elements.
  if (wanted.some((item) => item instanceof BSONRegExp || Array.isArray(item))) {
    throw notSupported('a regular expression or a nested array as the local value of $lookup');
  }
  const filter: Document = new Map([[field, new Map([['$in', wanted]])]]);
  return (collection?.find({ filter }) ?? []).map(({ document }) => document);
}
