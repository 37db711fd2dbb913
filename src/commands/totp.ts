import { SystemClock } from '../common/clock';
import { totpCode } from '../two-factor/totp';

/** Prints the current code of a TOTP secret, so that a script needs no authenticator app. */
const [secret] = process.argv.slice(2);
if (secret === undefined) {
  console.error('Usage: npm run --silent totp -- SECRET');
  process.exit(2);
}
console.log(totpCode(secret, new SystemClock().now()));
