import { compileAggregation } from '../aggregation/pipeline';
import type { Aggregation } from '../aggregation/pipeline';
import { compileFilter } from '../filter/compile';
import { encodeDocument } from '../values/encode';
import type { Arguments } from './arguments';
import { batchSizeOf } from './batch-size';
import type { Command, CommandContext } from './command';
import { explainQuery } from './read.commands';

export const aggregateCommand: Command = {
  options: ['pipeline', 'cursor', 'allowDiskUse'],
  run(command, context) {
    const { database, collection: name } = command;
    const { query, rest } = compile(command, context);
    // A filter is judged even where there is nothing to find.
    compileFilter(query.filter);
    const found = context.store.collection(database, name)?.find(query) ?? [];
    const documents = rest(found.map(({ document }) => document)).map(encodeDocument);
    return context.cursors.first(`${database}.${name}`, documents, {
      batchSize: batchSizeOf(command),
    });
  },
  explain: (command, context) => explainQuery(command, context, compile(command, context).query),
};

function compile(command: Arguments, { store }: CommandContext): Aggregation {
  const scope = { collection: (name: string) => store.collection(command.database, name) };
  return compileAggregation(command.array('pipeline'), scope);
}
