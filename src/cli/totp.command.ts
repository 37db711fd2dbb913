import { SystemClock } from '../common/clock/clock';
import { totpCode } from '../two-factor/methods/totp';
import { Command } from '../workspace-admin/command/command';
import { readLine } from '../workspace-admin/command/secret-input';

const USAGE = `Usage: TOTP_SECRET=SECRET npm run --silent totp
       npm run --silent totp     reads the secret from standard input; on a terminal it asks for it`;
const SEEN =
  'A secret among the arguments can be read by everybody on this machine, and stays in the history of the shell. ' +
  'Give it by TOTP_SECRET or by standard input.';
const NO_SECRET = 2;

/** Prints only the current code of a TOTP secret, so that a script needs no authenticator app. */
export const TOTP: Command = {
  usage: USAGE,
  async run([argument], { env, stdin, stdout, stderr }) {
    if (argument !== undefined) stderr.write(`${SEEN}\n`);
    const given = argument ?? env.TOTP_SECRET?.trim() ?? '';
    const isGiven = argument !== undefined || given !== '';
    const secret = isGiven ? given : await readLine(stdin, stderr, 'TOTP secret: ');
    if (!secret) {
      stderr.write(`There is no secret.\n${USAGE}\n`);
      return NO_SECRET;
    }
    try {
      stdout.write(`${totpCode(secret, new SystemClock().now())}\n`);
      return 0;
    } catch {
      stderr.write('This is no TOTP secret: it is base32, 16 characters or more.\n');
      return NO_SECRET;
    }
  },
};
