import { Clock } from '../../common/clock/clock';
import { OperatorError } from '../../common/errors/operator-error';
import { escapeUnprintable } from '../../common/logging/printable';
import { Command } from '../command/command';
import { onWorkspace } from '../command/on-workspace';
import { parseOptions } from '../command/parse-options';
import { openSource } from './transfer-files';
import { TransferReport } from './transfer-report';
import { WorkspaceImport } from './workspace-import.service';

const USAGE =
  'Usage: npm run workspace -- import --file PATH\n' +
  '       npm run workspace -- import < PATH          or from a pipe';

const REVOKED =
  'This was a demo. Its printed credentials do not work here: its administrator has been imported without token, ' +
  'password and second factor, and cannot sign in.';

/** Creates a workspace from an exported file in an empty database. */
export const IMPORT: Command = {
  usage: USAGE,
  async run(args, io) {
    const { file } = parseOptions(args, { file: { type: 'string' } }, USAGE);
    if (file === undefined && io.stdin.isTTY === true) throw new OperatorError(USAGE);
    const source = openSource(file, io);
    await onWorkspace(io, async (context) => {
      const report = new TransferReport(context.get(Clock), io.stderr);
      const progress = { validated: report.validated, stored: report.count };
      const { leftOut, revokedDemo } = await context
        .get(WorkspaceImport)
        .import(source, progress)
        .catch((error: unknown) => {
          if (report.hasCounted) report.sum('The workspace is NOT complete. Stored so far:');
          throw error;
        });
      report.sum('The workspace has been imported.');
      if (revokedDemo) io.stderr.write(`${REVOKED}\n`);
      for (const index of leftOut) {
        io.stderr.write(escapeUnprintable(`Left out, unknown to this database: ${index}.`) + '\n');
      }
    });
    return 0;
  },
};
