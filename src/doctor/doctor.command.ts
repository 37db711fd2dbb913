import { SystemClock } from '../common/clock/clock';
import { Command, CommandIo } from '../workspace-admin/command/command';
import { parseOptions } from '../workspace-admin/command/parse-options';
import { describeFindings, findingsAsJson, isHealthy } from './doctor-report';
import { examine } from './examination';

const USAGE =
  'Usage: npm run workspace -- doctor                    checks the deployment that the configuration describes\n' +
  '       npm run --silent workspace -- doctor --json    the same for programs\n' +
  'The doctor changes nothing. It exits with 1 if a check fails, otherwise with 0.';

/** Checks a live deployment and says what to do. */
export const DOCTOR: Command = {
  usage: USAGE,
  async run(args: string[], io: CommandIo) {
    const { json } = parseOptions(args, { json: { type: 'boolean' } }, USAGE);
    const findings = await examine(io, new SystemClock());
    io.stdout.write(json === true ? findingsAsJson(findings) : describeFindings(findings));
    return isHealthy(findings) ? 0 : 1;
  },
};
