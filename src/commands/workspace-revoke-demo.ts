import 'reflect-metadata';
import { DemoRevocation } from '../workspace-admin/demo/demo-revocation.service';
import { parseOptions } from './parse-options';
import { onWorkspace, runCommand } from './run-command';

const USAGE =
  'Usage: npm run workspace:revoke-demo               shows whose credentials the demo has left\n' +
  '       npm run workspace:revoke-demo -- --apply    takes them away';

/** Takes the credentials that the demo has printed out of a database that it was copied to. */
runCommand(async () => {
  const options = { apply: { type: 'boolean' } } as const;
  const { apply } = parseOptions(process.argv.slice(2), options, USAGE);
  await onWorkspace(
    async (context) => {
      const demo = context.get(DemoRevocation);
      const people = await demo.findPeople();
      console.log(
        people.length === 0
          ? 'The demo has left no credentials here.'
          : `People of the demo with tokens, a password or a second factor: ${people.join(', ')}.`,
      );
      if (apply !== true) {
        console.log('Nothing has been changed.');
        return;
      }
      await demo.revoke();
      console.log('They have none of these any more, and their sessions have ended.');
    },
    { mayHoldDemo: true },
  );
});
