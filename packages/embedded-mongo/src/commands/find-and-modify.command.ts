import { CommandError } from '../errors';
import { compileFilter } from '../filter/compile';
import { compileProjection } from '../projection/compile';
import { parseSort } from '../storage/sort';
import { parseUpdate } from '../update/compile';
import type { Document } from '../values/value';
import type { Arguments } from './arguments';
import type { Command, CommandContext, Reply } from './command';
import { explainQuery } from './read.commands';
import { runUpdate } from './statement';

export const findAndModifyCommand: Command = {
  options: ['query', 'sort', 'fields', 'update', 'remove', 'upsert', 'new'],
  run(command, context) {
    try {
      return command.flag('remove') ? remove(command, context) : update(command, context);
    } catch (error) {
      throw error instanceof CommandError && error.codeName === 'DuplicateKey'
        ? inPlan(error)
        : error;
    }
  },
  explain: (command, context) => explainQuery(command, context, queryOf(command)),
};

function remove(command: Arguments, { store }: CommandContext): Reply {
  for (const field of ['update', 'new', 'upsert']) {
    if (command.has(field) && (field === 'update' || command.flag(field))) {
      throw new CommandError('FailedToParse', `Cannot specify both ${field} and remove=true`);
    }
  }
  const query = queryOf(command);
  const project = compileProjection(command.optionalDocument('fields'), query.filter);
  compileFilter(query.filter);
  const collection = store.collection(command.database, command.collection);
  const [entry] = collection?.find({ ...query, limit: 1 }) ?? [];
  if (!entry) return { lastErrorObject: { n: 0 }, value: null };
  const value = project ? project(entry.document) : entry.document;
  collection?.remove(entry);
  return { lastErrorObject: { n: 1 }, value };
}

function update(command: Arguments, { store }: CommandContext): Reply {
  if (!command.has('update')) {
    throw new CommandError('FailedToParse', 'Either an update or remove=true must be specified');
  }
  const query = queryOf(command);
  const project = compileProjection(command.optionalDocument('fields'), query.filter);
  const { database, collection } = command;
  const upsert = command.flag('upsert');
  const result = runUpdate(
    upsert ? store.ensure(database, collection) : store.collection(database, collection),
    { ...query, update: parseUpdate(command.value('update')), multi: false, upsert },
  );
  const shown = command.flag('new') ? result.after : result.before;
  const upserted = result.upsertedId === undefined ? {} : { upserted: result.upsertedId };
  return {
    lastErrorObject: {
      n: result.after ? 1 : 0,
      updatedExisting: result.matched > 0,
      ...upserted,
    },
    value: shown && project ? project(shown) : (shown ?? null),
  };
}

function queryOf(command: Arguments): { filter: Document; sort: ReturnType<typeof parseSort> } {
  return {
    filter: command.documentOrEmpty('query'),
    sort: parseSort(command.documentOrEmpty('sort')),
  };
}

/** This command reports a duplicate key as a failure of its plan. */
function inPlan(error: CommandError): CommandError {
  return new CommandError(
    'DuplicateKey',
    `Plan executor error during findAndModify :: caused by :: ${error.message}`,
    error.details,
  );
}
