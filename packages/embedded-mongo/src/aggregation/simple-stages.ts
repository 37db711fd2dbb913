import { Int32 } from 'bson';
import { CommandError, notSupported } from '../errors';
import { compileFilter } from '../filter/compile';
import { compileProjection } from '../projection/compile';
import { parseSort, sortBy } from '../storage/sort';
import type { SortField } from '../storage/sort';
import { isDocument, isNumeric, toNumber } from '../values/value';
import type { Document, Value } from '../values/value';
import type { CompileStage } from './stage';

/** @throws CommandError 15959 when it is no document */
export function parseMatch(specification: Value): Document {
  if (isDocument(specification)) return specification;
  throw new CommandError(15959, 'the match filter must be an expression in an object');
}

/** @throws CommandError 15973 or 15976 when it names no fields */
export function parseSortStage(specification: Value): SortField[] {
  if (!isDocument(specification)) {
    throw new CommandError(15973, 'the $sort key specification must be an object');
  }
  if (specification.size === 0) {
    throw new CommandError(15976, '$sort stage must have at least one sort key');
  }
  return parseSort(specification);
}

export const compileMatch: CompileStage = (specification) => {
  const matches = compileFilter(parseMatch(specification));
  return (documents) => documents.filter(matches);
};

export const compileSort: CompileStage = (specification) => {
  const sort = parseSortStage(specification);
  return (documents) => sortBy(documents, (document) => document, sort);
};

export const compileSkip: CompileStage = (specification) => {
  const skip = parseInteger('$skip', specification);
  return (documents) => documents.slice(skip);
};

export const compileLimit: CompileStage = (specification) => {
  const limit = parseInteger('$limit', specification);
  if (limit === 0) throw new CommandError(15958, 'the limit must be positive');
  return (documents) => documents.slice(0, limit);
};

export const compileCount: CompileStage = (name) => {
  if (typeof name !== 'string' || !/^[^$.\0][^.\0]*$/.test(name)) {
    throw new CommandError(40156, 'the count field must be a non-empty string without $ and dots');
  }
  return (documents) =>
    documents.length === 0 ? [] : [new Map([[name, new Int32(documents.length)]])];
};

export const compileProject: CompileStage = (specification) => {
  if (!isDocument(specification) || specification.size === 0) {
    throw new CommandError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  }
  if (usesOperators(specification)) throw notSupported('an expression in $project');
  const project = compileProjection(specification, new Map());
  return (documents) => (project ? documents.map(project) : documents);
};

function usesOperators(specification: Document): boolean {
  return [...specification].some(
    ([name, value]) =>
      name.startsWith('$') || name.endsWith('.$') || (isDocument(value) && usesOperators(value)),
  );
}

function parseInteger(stage: string, value: Value): number {
  const number = isNumeric(value) ? toNumber(value) : NaN;
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new CommandError(5107201, `invalid argument to ${stage} stage: Expected a number >= 0`);
}
