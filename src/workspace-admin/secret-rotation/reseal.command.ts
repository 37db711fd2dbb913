import { escapeUnprintable } from '../../common/logging/printable';
import { Command } from '../command/command';
import { onWorkspace } from '../command/on-workspace';
import { parseOptions } from '../command/parse-options';
import { describeResealing, goalOf, refuseIfUnfinished } from './reseal-report';
import { SecretRotation } from './secret-rotation.service';

const USAGE = `Usage: npm run workspace -- reseal                     shows how the TOTP secrets are stored
       npm run workspace -- reseal --apply             seals with the first key what another key has sealed
       npm run workspace -- reseal --plain --apply     seals the plain ones too
       npm run workspace -- reseal --unseal --apply    makes all of them plain again`;
const YES = { type: 'boolean' } as const;

/** Shows how the TOTP secrets of all users are stored, and seals or unseals them with `--apply`. */
export const RESEAL: Command = {
  usage: USAGE,
  async run(args, io) {
    const options = { apply: YES, plain: YES, unseal: YES };
    const { apply = false, ...choice } = parseOptions(args, options, USAGE);
    const goal = goalOf(choice);
    await onWorkspace(io, async (context) => {
      const print = (line: string): void => {
        io.stderr.write(`${escapeUnprintable(line)}\n`);
      };
      const counts = await context.get(SecretRotation).run({ goal, apply, print });
      io.stdout.write(`${describeResealing(counts, goal, apply)}\n`);
      refuseIfUnfinished(counts);
    });
    return 0;
  },
};
