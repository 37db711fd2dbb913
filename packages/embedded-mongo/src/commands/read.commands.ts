import { Long } from 'bson';
import { compileFilter } from '../filter/compile';
import { compileProjection } from '../projection/compile';
import type { Collection, Query } from '../storage/collection';
import { parseSort } from '../storage/sort';
import { encodeDocument } from '../values/encode';
import type { Arguments } from './arguments';
import type { Command, CommandContext, ExplainedPlan } from './command';

export const findCommand: Command = {
  options: [
    'filter',
    'projection',
    'sort',
    'skip',
    'limit',
    'batchSize',
    'singleBatch',
    'allowDiskUse',
  ],
  run(command, { store, cursors }) {
    const { database, collection } = command;
    const query = findQuery(command);
    const project = compileProjection(command.optionalDocument('projection'), query.filter);
    const documents = findIn(store.collection(database, collection), query).map((entry) =>
      project ? encodeDocument(project(entry.document)) : entry.bytes,
    );
    return cursors.first(`${database}.${collection}`, documents, {
      batchSize: command.count('batchSize'),
      singleBatch: command.flag('singleBatch'),
    });
  },
  explain: (command, context) => explainQuery(command, context, findQuery(command)),
};

export const countCommand: Command = {
  options: ['query', 'skip', 'limit'],
  run(command, { store }) {
    const collection = store.collection(command.database, command.collection);
    const query = countQuery(command);
    const isAll = query.filter.size === 0 && !query.skip && !query.limit;
    return { n: isAll ? (collection?.size ?? 0) : findIn(collection, query).length };
  },
  explain: (command, context) => explainQuery(command, context, countQuery(command)),
};

export const getMoreCommand: Command = {
  options: ['collection', 'batchSize'],
  run(command, { cursors }) {
    const namespace = `${command.database}.${command.text('collection')}`;
    return cursors.next(command.id('getMore'), namespace, command.count('batchSize'));
  },
};

export const killCursorsCommand: Command = {
  options: ['cursors'],
  run(command, { cursors }) {
    const killed: Long[] = [];
    const unknown: Long[] = [];
    for (const id of command.ids('cursors')) {
      (cursors.kill(id) ? killed : unknown).push(Long.fromBigInt(id));
    }
    return {
      cursorsKilled: killed,
      cursorsNotFound: unknown,
      cursorsAlive: [],
      cursorsUnknown: [],
    };
  },
};

/** The plan of a query on the command's collection. */
export function explainQuery(
  command: Arguments,
  { store }: CommandContext,
  { filter, sort }: Query,
): ExplainedPlan {
  const { database, collection: name } = command;
  compileFilter(filter);
  const namespace = `${database}.${name}`;
  const collection = store.collection(database, name);
  if (!collection) return { namespace, stage: 'EOF' };
  const plan = collection.plan(filter, sort);
  if (!plan) return { namespace, stage: 'COLLSCAN' };
  return { namespace, stage: 'IXSCAN', indexName: plan.index.definition.name };
}

function findQuery(command: Arguments): Query {
  const sort = parseSort(command.documentOrEmpty('sort'));
  return { ...pageOf(command), filter: command.documentOrEmpty('filter'), sort };
}

function countQuery(command: Arguments): Query {
  return { ...pageOf(command), filter: command.documentOrEmpty('query') };
}

function pageOf(command: Arguments): { skip: number; limit: number } {
  return { skip: command.count('skip') ?? 0, limit: command.count('limit') ?? 0 };
}

/** A filter is judged even where there is nothing to find. */
function findIn(collection: Collection | undefined, query: Query): ReturnType<Collection['find']> {
  if (collection) return collection.find(query);
  compileFilter(query.filter);
  return [];
}
