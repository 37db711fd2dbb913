import { escapeUnprintableLines } from '../../common/logging/printable';
import { Command } from '../command/command';
import { onWorkspace } from '../command/on-workspace';
import { parseOptions } from '../command/parse-options';
import { createMissing, describeSurvey } from './index-report';
import { IndexInspector } from './index.inspector';

const USAGE =
  'Usage: npm run workspace -- indexes            shows which indexes exist and which are missing\n' +
  '       npm run workspace -- indexes --apply    creates the missing ones';

/** Shows which of the workspace's indexes exist, and creates the missing ones with `--apply`. */
export const INDEXES: Command = {
  usage: USAGE,
  async run(args, io) {
    const { apply } = parseOptions(args, { apply: { type: 'boolean' } }, USAGE);
    const print = (line: string): void => {
      io.stdout.write(`${line}\n`);
    };
    await onWorkspace(io, async (context) => {
      const inspector = context.get(IndexInspector);
      const found = await inspector.survey();
      print(escapeUnprintableLines(`${describeSurvey(found)}\n`));
      if (apply === true) await createMissing(inspector, found, print);
      else print('Nothing has been changed.');
    });
    return 0;
  },
};
