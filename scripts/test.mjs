// `npm test`: some tests start the built service, so it is built first. Arguments go to Jest.
import './prepare.mjs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const { status } = spawnSync(process.execPath, [jest, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
