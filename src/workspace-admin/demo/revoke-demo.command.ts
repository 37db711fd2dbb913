import { Command } from '../command/command';
import { onWorkspace } from '../command/on-workspace';
import { parseOptions } from '../command/parse-options';
import { DemoRevocation } from './demo-revocation.service';

const USAGE =
  'Usage: npm run workspace -- revoke-demo            shows whose credentials the demo has left\n' +
  '       npm run workspace -- revoke-demo --apply    takes them away';

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
        const people = await demo.findPeople();
        print(
          people.length === 0
            ? 'The demo has left no credentials here.'
            : `People of the demo with tokens, a password or a second factor: ${people.join(', ')}.`,
        );
        if (apply !== true) {
          print('Nothing has been changed.');
          return;
        }
        await demo.revoke();
        print('They have none of these any more, and their sessions have ended.');
      },
      { mayHoldDemo: true },
    );
    return 0;
  },
};
