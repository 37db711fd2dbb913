import { CommandError, notSupported } from '../errors';
import { Arguments } from './arguments';
import type { Command } from './command';
import { generalOptions } from './general-options';

/**
 * The plan of another command: `queryPlanner.winningPlan` with `stage` and `indexName`, without the
 * nesting and the statistics of MongoDB's answer.
 * @param commands the commands that can be explained, by name
 */
export function explainCommand(commands: ReadonlyMap<string, Command>): Command {
  return {
    options: ['verbosity'],
    run(command, context) {
      const inner = new Map(command.document('explain')).set('$db', command.database);
      const [name = ''] = inner.keys();
      const explained = commands.get(name);
      if (!explained) {
        throw new CommandError('CommandNotFound', `Explain failed due to unknown command: ${name}`);
      }
      if (!explained.explain) throw notSupported(`explain of ${name}`);
      const given = new Arguments(name, inner);
      given.allowOnly([name, ...generalOptions, ...explained.options]);
      const { namespace, ...winningPlan } = explained.explain(given, context);
      return { queryPlanner: { namespace, winningPlan } };
    },
  };
}
