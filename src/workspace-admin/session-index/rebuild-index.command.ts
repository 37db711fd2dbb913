import { OperatorError } from '../../common/errors/operator-error';
import { DatabaseConfig } from '../../config/database.config';
import { IndexRebuilder } from '../../session-index/index.rebuilder';
import { LiveSessionCounter } from '../../session-index/live-session.counter';
import { LiveSessionsRepository } from '../../session-index/live-sessions.repository';
import { Command } from '../command/command';
import { onWorkspace } from '../command/on-workspace';
import { parseOptions } from '../command/parse-options';

const USAGE =
  'Usage: npm run workspace -- rebuild-index    checks every row of the index of live sessions, and mends what is wrong';
const SHOWN_EVERY = 10_000;

/** Brings the index up to date by hand. Lists go on meanwhile; the service need not stop. */
export const REBUILD_INDEX: Command = {
  usage: USAGE,
  async run(args, io) {
    parseOptions(args, {}, USAGE);
    await onWorkspace(io, async (context) => {
      if (context.get(DatabaseConfig).uri === undefined) {
        throw new OperatorError(
          'The index on the embedded database is built anew at each start of the service: restart it.',
        );
      }
      await context.get(LiveSessionsRepository, { strict: false }).createIndexes();
      let shown = 0;
      const progress = (done: number): void => {
        if (done - shown < SHOWN_EVERY) return;
        shown = done;
        io.stderr.write(`${done} logins and rows looked at\n`);
      };
      await context.get(IndexRebuilder, { strict: false }).run({ progress });
      const sessions = await context.get(LiveSessionCounter, { strict: false }).count();
      io.stdout.write(`The index is up to date: ${sessions} live sessions.\n`);
    });
    return 0;
  },
};
