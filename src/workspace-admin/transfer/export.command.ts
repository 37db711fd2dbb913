import { Clock } from '../../common/clock/clock';
import { OperatorError } from '../../common/errors/operator-error';
import { Command } from '../command/command';
import { onWorkspace } from '../command/on-workspace';
import { parseOptions } from '../command/parse-options';
import { othersMayRead, writeNewFile, writeToStream } from './transfer-files';
import { TransferReport } from './transfer-report';
import { WorkspaceExport } from './workspace-export.service';

const USAGE =
  'Usage: npm run workspace -- export --file PATH       makes the file; only you can read it\n' +
  '       npm run --silent workspace -- export | …      writes to standard output';
const SECRET =
  'It is as secret as the database: password hashes, hashes of tokens and the seeds of second factors are in it.';

/** Exports the workspace for `import` into another database. */
export const EXPORT: Command = {
  usage: USAGE,
  async run(args, io) {
    const { file } = parseOptions(args, { file: { type: 'string' } }, USAGE);
    if (file === undefined && io.stdout.isTTY === true) {
      throw new OperatorError(`What is exported is not for a screen.\n${USAGE}`);
    }
    await onWorkspace(io, async (context) => {
      const workspace = context.get(WorkspaceExport);
      await workspace.refuseUnlessComplete();
      const report = new TransferReport(context.get(Clock), io.stderr);
      const lines = workspace.lines(report.count);
      await (file === undefined ? writeToStream(io.stdout, lines) : writeNewFile(file, lines));
      report.sum('The workspace has been exported.');
      io.stderr.write(`${SECRET}\n`);
      if (file === undefined && othersMayRead(io.stdout)) {
        io.stderr.write('Others on this machine may read the file: chmod 600 it.\n');
      }
    });
    return 0;
  },
};
