import { SystemClock } from '../common/clock/clock';
import { totpCode } from '../two-factor/methods/totp';
import { Command } from '../workspace-admin/command/command';
import { readLine } from '../workspace-admin/command/secret-input';

const USAGE = `Usage: TOTP_SECRET=SECRET npm run --silent totp
       npm run --silent totp     reads the secret from standard input; on a terminal it asks for it`;
const SEEN =
  'Every user of this machine can read a secret in the arguments, and the shell keeps it in its history. ' +
  'Pass it in TOTP_SECRET or on standard input.';
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
      stderr.write(`No secret was given.\n${USAGE}\n`);
      return NO_SECRET;
    }
    try {
      stdout.write(`${totpCode(secret, new SystemClock().now())}\n`);
      return 0;
    } catch {
      stderr.write('This is not a TOTP secret: those are base32, 16 characters or more.\n');
      return NO_SECRET;
    }
  },
};
