import { CommandError } from '../errors';
import { compileFilter } from '../filter/compile';
import type { Query } from '../storage/collection';
import { parseUpdate } from '../update/compile';
import { toStorable } from '../values/storable';
import type { Value } from '../values/value';
import { Arguments } from './arguments';
import type { Command, CommandContext, ExplainedPlan } from './command';
import { MAX_WRITE_BATCH } from './handshake.commands';
import { explainQuery } from './read.commands';
import { renumbered } from './renumbered';
import { runUpdate } from './statement';
import type { UpdateStatement } from './statement';

/** The fields of one entry of `updates`. */
export const updateStatementOptions: readonly string[] = ['q', 'u', 'multi', 'upsert'];
/** The fields of one entry of `deletes`. */
export const deleteStatementOptions: readonly string[] = ['q', 'limit'];

/** An insert calls a document that cannot be stored a bad value; an update is more precise. */
const INSERT_CODES = { InvalidIdField: 'BadValue', BSONObjectTooLarge: 'BadValue' } as const;

export const insertCommand: Command = {
  options: ['documents', 'ordered'],
  run(command, { store }) {
    const documents = command.documents('documents');
    checkBatch(documents.length);
    const collection = store.ensure(command.database, command.collection);
    let n = 0;
    const writeErrors = runBatch(command, documents, (document) => {
      renumbered(INSERT_CODES, () => collection.insert(toStorable(document)));
      n += 1;
    });
    return { n, ...writeErrors };
  },
};

export const updateCommand: Command = {
  options: ['updates', 'ordered'],
  run(command, { store }) {
    const statements = command.statements('updates').map(readUpdate);
    checkBatch(statements.length);
    const { database, collection: name } = command;
    let n = 0;
    let nModified = 0;
    const upserted: { index: number; _id: Value }[] = [];
    const writeErrors = runBatch(command, statements, ({ change, ...statement }, index) => {
      const update = parseUpdate(change);
      // Only an upsert makes the collection it is sent to.
      const collection = statement.upsert
        ? store.ensure(database, name)
        : store.collection(database, name);
      const result = runUpdate(collection, { ...statement, update });
      n += result.matched;
      nModified += result.modified;
      if (result.upsertedId !== undefined) {
        n += 1;
        upserted.push({ index, _id: result.upsertedId });
      }
    });
    return { n, nModified, ...(upserted.length > 0 ? { upserted } : {}), ...writeErrors };
  },
  explain: (command, context) => explainFirst(command, context, 'updates'),
};

export const deleteCommand: Command = {
  options: ['deletes', 'ordered'],
  run(command, { store }) {
    const statements = command.statements('deletes').map(readDelete);
    checkBatch(statements.length);
    const collection = store.collection(command.database, command.collection);
    let n = 0;
    const writeErrors = runBatch(command, statements, (query) => {
      compileFilter(query.filter);
      for (const entry of collection?.find(query) ?? []) {
        collection?.remove(entry);
        n += 1;
      }
    });
    return { n, ...writeErrors };
  },
  explain: (command, context) => explainFirst(command, context, 'deletes'),
};

/** A statement whose `change` is not parsed yet: unlike the rest it may be wrong alone. */
interface StatementRead extends Omit<UpdateStatement, 'update'> {
  change: Value | undefined;
}

function readUpdate(statement: Arguments): StatementRead {
  statement.allowOnly(updateStatementOptions);
  return {
    filter: statement.document('q'),
    change: statement.value('u'),
    multi: statement.flag('multi'),
    upsert: statement.flag('upsert'),
  };
}

function readDelete(statement: Arguments): Query {
  statement.allowOnly(deleteStatementOptions);
  const limit = statement.count('limit');
  if (limit === 0 || limit === 1) return { filter: statement.document('q'), limit };
  throw new CommandError(
    'FailedToParse',
    `The limit field in delete objects must be 0 or 1. Got ${limit ?? 'nothing'}`,
  );
}

/** Runs the statements one after the other; an ordered batch ends at the first error. */
function runBatch<T>(
  command: Arguments,
  statements: readonly T[],
  run: (statement: T, index: number) => void,
): { writeErrors?: object[] } {
  const isOrdered = command.flag('ordered', true);
  const writeErrors: object[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      run(statement, index);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      writeErrors.push({ index, code: error.code, ...error.details, errmsg: error.message });
      if (isOrdered) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}

function checkBatch(size: number): void {
  if (size >= 1 && size <= MAX_WRITE_BATCH) return;
  throw new CommandError(
    'InvalidLength',
    `Write batch sizes must be between 1 and ${MAX_WRITE_BATCH}. Got ${size} operations.`,
  );
}

function explainFirst(
  command: Arguments,
  context: CommandContext,
  field: 'updates' | 'deletes',
): ExplainedPlan {
  const [statement] = command.statements(field);
  const filter = statement?.document('q') ?? new Map<string, Value>();
  return explainQuery(command, context, { filter });
}
