import { Command } from '../command/command';
import { onWorkspace } from '../command/on-workspace';
import { INIT_USAGE, parseInitOptions } from './init-options';
import { NewWorkspace } from './new-workspace.service';
import { readPassword } from './read-password';

/** Creates a workspace with its first administrator in an empty database. */
export const INIT: Command = {
  usage: INIT_USAGE,
  async run(args, io) {
    const administrator = parseInitOptions(args);
    await onWorkspace(io, async (context) => {
      const workspace = context.get(NewWorkspace);
      // Before the operator types a password in vain.
      await workspace.refuseUnlessEmpty();
      const password = await readPassword(io.stdin, io.stderr);
      const id = await workspace.create(administrator, password);
      io.stdout.write(
        `The workspace is ready. Its administrator: ${administrator.username} (id ${id}).\n` +
          'Next: npm start, sign in by POST /api/v1/login, and set up a second factor by POST /api/v1/users.enableTotp.\n',
      );
    });
    return 0;
  },
};
