import 'reflect-metadata';
import { Clock } from '../common/clock/clock';
import { OperatorError } from '../common/errors/operator-error';
import { WorkspaceExport } from '../workspace-admin/transfer/workspace-export.service';
import { parseOptions } from './parse-options';
import { onWorkspace, runCommand } from './run-command';
import { othersMayReadStdout, writeNewFile, writeToStdout } from './transfer-files';
import { TransferReport } from './transfer-report';

const USAGE =
  'Usage: npm run workspace:export -- --file PATH     makes the file; only you can read it\n' +
  '       npm run --silent workspace:export | …       writes to standard output';
const SECRET =
  'It is as secret as the database: password hashes, hashes of tokens and the seeds of second factors are in it.';

/** Writes the workspace out, to be read by `workspace:import` in front of another database. */
runCommand(async () => {
  const { file } = parseOptions(process.argv.slice(2), { file: { type: 'string' } }, USAGE);
  if (file === undefined && process.stdout.isTTY) {
    throw new OperatorError(`What is exported is not for a screen.\n${USAGE}`);
  }
  await onWorkspace(async (context) => {
    const workspace = context.get(WorkspaceExport);
    await workspace.refuseUnlessComplete();
    const report = new TransferReport(context.get(Clock), process.stderr);
    const lines = workspace.lines(report.count);
    await (file === undefined ? writeToStdout(lines) : writeNewFile(file, lines));
    report.sum('The workspace has been exported.');
    console.error(SECRET);
    if (file === undefined && othersMayReadStdout()) {
      console.error('Others on this machine may read the file: chmod 600 it.');
    }
  });
});
