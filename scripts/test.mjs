// `npm test`, and with --all `npm run test:all`. Builds first, because some tests start the built service. --engine: tests
// that depend on the database. --other-node: tests that depend on Node. --three-instances: tests of what processes share,
// with three instances of the service; --all-three-instances: all end-to-end tests so. Other arguments go to Jest; named
// files run in full.
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
// Tests must never use the service's own database, even if MONGODB_URI is exported.
const { MONGODB_URI: _service, ...env } = process.env;
const options = { stdio: 'inherit', env: { ...env, ...run.env } };
const status = await runChild(process.execPath, [jest, ...forJest, ...run.options], options);
if (run.closing) console.error(run.closing);
process.exit(status ?? 1);
