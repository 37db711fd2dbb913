// `npm test`: some tests start the built service, so it is built first. Arguments go to Jest.
import './prepare.mjs';
import { createRequire } from 'node:module';
import { runChild } from './child.mjs';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const args = [jest, ...process.argv.slice(2)];
// The service's own database is none of the tests' business, however somebody has exported it.
const { MONGODB_URI: _service, ...env } = process.env;
process.exit((await runChild(process.execPath, args, { stdio: 'inherit', env })) ?? 1);
