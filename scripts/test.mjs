// `npm test`, and with --all `npm run test:all`: some tests start the built service, so it is built first. Other arguments
// go to Jest; if they name files, those run, all of them and in full. --engine: what a real engine can
// tell more about. --other-node: what another line of Node can.
import './prepare.mjs';
import { createRequire } from 'node:module';
import { runChild } from './child.mjs';
import { RUNS } from './test-selection.mjs';

const [first, ...others] = process.argv.slice(2);
const isRun = first !== undefined && Object.hasOwn(RUNS, first);
const forJest = isRun ? others : process.argv.slice(2);
const namesFiles = forJest.some((argument) => !argument.startsWith('-') && argument.includes('/'));
const run = RUNS[isRun ? first : namesFiles ? '--all' : 'core'];

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
// The service's own database is none of the tests' business, however somebody has exported it.
const { MONGODB_URI: _service, ...env } = process.env;
const options = { stdio: 'inherit', env: { ...env, ...run.env } };
const status = await runChild(process.execPath, [jest, ...forJest, ...run.options], options);
if (run.closing) console.error(run.closing);
process.exit(status ?? 1);
