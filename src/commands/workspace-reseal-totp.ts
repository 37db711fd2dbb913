import 'reflect-metadata';
import { escapeUnprintable } from '../common/logging/printable';
import { SecretRotation } from '../workspace-admin/secret-rotation/secret-rotation.service';
import { parseOptions } from './parse-options';
import { describeResealing, goalOf, refuseIfUnfinished } from './reseal-report';
import { onWorkspace, runCommand } from './run-command';

const USAGE = `Usage: npm run workspace:reseal-totp                        shows how the TOTP secrets are stored
       npm run workspace:reseal-totp -- --apply             seals with the first key what another one has sealed
       npm run workspace:reseal-totp -- --plain --apply     seals the plain ones too
       npm run workspace:reseal-totp -- --unseal --apply    makes all of them plain again`;
const YES = { type: 'boolean' } as const;

/** Shows how the TOTP secrets of all users are stored, and seals or unseals them if asked. */
runCommand(async () => {
  const options = { apply: YES, plain: YES, unseal: YES };
  const { apply = false, ...choice } = parseOptions(process.argv.slice(2), options, USAGE);
  const goal = goalOf(choice);
  await onWorkspace(async (context) => {
    const print = (line: string): void => {
      console.error(escapeUnprintable(line));
    };
    const counts = await context.get(SecretRotation).run({ goal, apply, print });
    console.log(describeResealing(counts, goal, apply));
    refuseIfUnfinished(counts);
  });
});
