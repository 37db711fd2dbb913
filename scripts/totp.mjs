// `npm run totp`: prepares, then prints a code.
import './prepare.mjs';
process.argv.splice(2, 0, 'totp');
await import('../dist/cli.js');
