import 'reflect-metadata';
import { Clock } from '../common/clock/clock';
import { escapeUnprintable } from '../common/logging/printable';
import { OperatorError } from '../common/errors/operator-error';
import { WorkspaceImport } from '../workspace-admin/transfer/workspace-import.service';
import { parseOptions } from './parse-options';
import { onWorkspace, runCommand } from './run-command';
import { openSource } from './transfer-files';
import { TransferReport } from './transfer-report';

const USAGE =
  'Usage: npm run workspace:import -- --file PATH\n' +
  '       npm run workspace:import < PATH             or from a pipe';

const REVOKED =
  "This was a demo. What was printed is worth nothing here: the demo's administrator has been left without token, " +
  'password and second factor, and nobody can sign in as them.';

/** Makes a workspace of an empty database and what `workspace:export` has written. */
runCommand(async () => {
  const { file } = parseOptions(process.argv.slice(2), { file: { type: 'string' } }, USAGE);
  if (file === undefined && process.stdin.isTTY) throw new OperatorError(USAGE);
  const source = openSource(file);
  await onWorkspace(async (context) => {
    const report = new TransferReport(context.get(Clock), process.stderr);
    const progress = { judged: report.judged, stored: report.count };
    const { leftOut, revokedDemo } = await context
      .get(WorkspaceImport)
      .import(source, progress)
      .catch((error: unknown) => {
        if (report.hasCounted) report.sum('The workspace is NOT complete. What has been stored:');
        throw error;
      });
    report.sum('The workspace has been imported.');
    if (revokedDemo) console.error(REVOKED);
    for (const index of leftOut) {
      console.error(escapeUnprintable(`Left out, unknown to this database: ${index}.`));
    }
  });
});
