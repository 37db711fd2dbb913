import { BSONRegExp } from 'bson';
import { Arguments } from '../commands/arguments';
import { CommandError, notSupported } from '../errors';
import type { Collection } from '../storage/collection';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';
import { compileExpression } from './expression';
import type { CompileStage, Scope, Stage } from './stage';

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
    lookup.allowOnly(['from', 'localField', 'foreignField', 'as', 'pipeline']);
    const from = lookup.text('from');
    const foreignField = lookup.text('foreignField');
    const as = lookup.text('as');
    if (as.includes('.')) throw notSupported("a dotted path as the 'as' of $lookup");
    const localValue = compileExpression(`$${lookup.text('localField')}`);
    const refine = compilePipeline(lookup.has('pipeline') ? lookup.array('pipeline') : [], scope);
    return (documents) =>
      documents.map((document) => {
        const found = findEqual(scope.collection(from), foreignField, localValue(document));
        return new Map(document).set(as, [...refine(found)]);
      });
  };
}

/** The documents whose field equals the value, or one element of it; a missing value equals null. */
function findEqual(
  collection: Collection | undefined,
  field: string,
  value: Value | undefined,
): Document[] {
  const wanted = Array.isArray(value) ? value : [value ?? null];
  // In `$in` a regular expression would match as a pattern, here it must match as a value.
  if (wanted.some((item) => item instanceof BSONRegExp)) {
    throw notSupported('a regular expression as the local value of $lookup');
  }
  const filter: Document = new Map([[field, new Map([['$in', wanted]])]]);
  return (collection?.find({ filter }) ?? []).map(({ document }) => document);
}
