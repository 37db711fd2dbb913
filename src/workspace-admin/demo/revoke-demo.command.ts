import { Command } from '../command/command';
import { onWorkspace } from '../command/on-workspace';
import { parseOptions } from '../command/parse-options';
import { DemoRevocation } from './demo-revocation.service';

const USAGE =
  'Usage: npm run workspace -- revoke-demo            shows which demo users still have credentials\n' +
  '       npm run workspace -- revoke-demo --apply    removes them';

/** Removes the demo's printed credentials from a database that it was copied to. */
export const REVOKE_DEMO: Command = {
  usage: USAGE,
  async run(args, io) {
    const { apply } = parseOptions(args, { apply: { type: 'boolean' } }, USAGE);
    const print = (line: string): void => {
      io.stdout.write(`${line}\n`);
    };
    await onWorkspace(
      io,
      async (context) => {
        const demo = context.get(DemoRevocation);
        const people = await demo.findUsersWithCredentials();
        print(
          people.length === 0
            ? 'The demo has left no credentials here.'
            : `Demo users with tokens, a password or a second factor: ${people.join(', ')}.`,
        );
        if (apply !== true) {
          print('Nothing has been changed.');
          return;
        }
        await demo.revoke();
        print('These have been removed, and the sessions of these users have ended.');
      },
      { mayHoldDemo: true },
    );
    return 0;
  },
};
