// `npm run workspace -- COMMAND`: prepares, then runs the command in this process.
import './prepare.mjs';
await import('../dist/cli.js');
