// `npm run test:nightly`: the long trials of the embedded database, compared with TEST_MONGODB_URI if it is set.
// Arguments go to Jest.
import './prepare.mjs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const cwd = fileURLToPath(new URL('../packages/embedded-mongo', import.meta.url));
const config = ['--config', 'jest.nightly.config.js'];
const { status } = spawnSync(process.execPath, [jest, ...config, ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd,
});
process.exit(status ?? 1);
