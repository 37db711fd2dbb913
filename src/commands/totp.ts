import { SystemClock } from '../common/clock/clock';
import { totpCode } from '../two-factor/methods/totp';
import { readLine } from './secret-input';

const USAGE = `There is no secret.
Usage: TOTP_SECRET=SECRET npm run --silent totp
       npm run --silent totp     reads the secret from standard input; on a terminal it asks for it`;
const SEEN =
  'A secret among the arguments can be read by everybody on this machine, and stays in the history of the shell. ' +
  'Give it by TOTP_SECRET or by standard input.';

/** Prints the current code of a TOTP secret and nothing else, so that a script needs no authenticator app. */
async function main([argument]: string[], variable = ''): Promise<void> {
  if (argument !== undefined) console.error(SEEN);
  const secret = argument ?? (variable.trim() || (await askForSecret()));
  if (!secret) {
    fail(USAGE);
    return;
  }
  try {
    console.log(totpCode(secret, new SystemClock().now()));
  } catch {
    fail('This is no TOTP secret: it is base32, 16 characters or more.');
  }
}

function askForSecret(): Promise<string | undefined> {
  return readLine(process.stdin, process.stderr, 'TOTP secret: ');
}

function fail(reason: string): void {
  console.error(reason);
  process.exitCode = 2;
}

void main(process.argv.slice(2), process.env.TOTP_SECRET);
