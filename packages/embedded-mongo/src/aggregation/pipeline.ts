import { CommandError } from '../errors';
import { parseFieldPath } from '../projection/tree';
import type { Query } from '../storage/collection';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';
import { compileGroup } from './group';
import { lookupStage } from './lookup';
import * as simple from './simple-stages';
import type { CompileStage, Scope, Stage } from './stage';
import { compileUnwind } from './unwind';

/** Every stage, by name. */
export const stages: ReadonlyMap<string, CompileStage> = new Map<string, CompileStage>([
  ['$match', simple.compileMatch],
  ['$sort', simple.compileSort],
  ['$skip', simple.compileSkip],
  ['$limit', simple.compileLimit],
  ['$count', simple.compileCount],
  ['$project', simple.compileProject],
  ['$group', compileGroup],
  ['$unwind', compileUnwind],
  ['$lookup', lookupStage(compilePipeline)],
  ['$facet', compileFacet],
]);

/** A pipeline, with its beginning as a query, so that the collection's indexes serve it. */
export interface Aggregation {
  query: Query;
  rest: Stage;
}

/**
 * Compiles a whole pipeline.
 * @throws CommandError as MongoDB, or CommandNotSupported
 */
export function compileAggregation(pipeline: readonly Value[], scope: Scope): Aggregation {
  const [match, afterMatch] = takeFirst('$match', pipeline);
  const [sort, rest] = takeFirst('$sort', afterMatch);
  return {
    query: {
      filter: match === undefined ? new Map<string, Value>() : simple.parseMatch(match),
      sort: sort === undefined ? [] : simple.parseSortStage(sort),
    },
    rest: compilePipeline(rest, scope),
  };
}

/** The specification of the first stage, if it is the named one, and the stages after it. */
function takeFirst(
  name: string,
  pipeline: readonly Value[],
): [Value | undefined, readonly Value[]] {
  const [first, ...rest] = pipeline;
  const specification = isDocument(first) && first.size === 1 ? first.get(name) : undefined;
  return specification === undefined ? [undefined, pipeline] : [specification, rest];
}

function compilePipeline(pipeline: readonly Value[], scope: Scope): Stage {
  const compiled = pipeline.map((stage) => compileStage(stage, scope));
  return (documents) => compiled.reduce((before, stage) => stage(before), documents);
}

function compileStage(stage: Value, scope: Scope): Stage {
  const [entry, another] = isDocument(stage) ? [...stage] : [];
  if (!entry || another) {
    throw new CommandError(
      40323,
      'A pipeline stage specification object must contain exactly one field.',
    );
  }
  const [name, specification] = entry;
  const compile = stages.get(name);
  if (!compile) throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`);
  return compile(specification, scope);
}

/** `$facet`: several pipelines over the same documents, side by side in one document. */
function compileFacet(specification: Value, scope: Scope): Stage {
  if (!isDocument(specification) || specification.size === 0) {
    throw new CommandError(40169, 'the $facet specification must be a non-empty object');
  }
  const facets = [...specification].map(([name, pipeline]): [string, Stage] => {
    if (!Array.isArray(pipeline)) {
      throw new CommandError(40170, `arguments to $facet must be arrays, ${name} is not`);
    }
    if (parseFieldPath(name).length > 1) {
      throw new CommandError(16412, "FieldPath field names may not contain '.'.");
    }
    if (pipeline.some((stage) => isDocument(stage) && stage.has('$facet'))) {
      throw new CommandError(40600, '$facet is not allowed to be used within a $facet stage');
    }
    return [name, compilePipeline(pipeline, scope)];
  });
  return (documents) => {
    const result: Document = new Map(
      facets.map(([name, run]): [string, Value] => [name, [...run(documents)]]),
    );
    return [result];
  };
}
