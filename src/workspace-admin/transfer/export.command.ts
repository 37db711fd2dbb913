import { Clock } from '../../common/clock/clock';
import { OperatorError } from '../../common/errors/operator-error';
import { Command } from '../command/command';
import { onWorkspace } from '../command/on-workspace';
import { parseOptions } from '../command/parse-options';
import { othersMayRead, writeNewFile, writeToStream } from './transfer-files';
import { TransferReport } from './transfer-report';
import { WorkspaceExport } from './workspace-export.service';

const USAGE =
  'Usage: npm run workspace -- export --file PATH       creates the file; only you can read it\n' +
  '       npm run --silent workspace -- export | …      writes to standard output';
const SECRET =
  'The export is as secret as the database: it holds password hashes, token hashes and TOTP secrets.';

/** Exports the workspace for `import` into another database. */
export const EXPORT: Command = {
  usage: USAGE,
  async run(args, io) {
    const { file } = parseOptions(args, { file: { type: 'string' } }, USAGE);
    if (file === undefined && io.stdout.isTTY === true) {
      throw new OperatorError(`An export is not for a screen: use --file, or a pipe.\n${USAGE}`);
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
        io.stderr.write('Other users of this machine may read the file: run chmod 600 on it.\n');
      }
    });
    return 0;
  },
};
