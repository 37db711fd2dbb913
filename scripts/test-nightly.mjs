// `npm run test:nightly`: the long trials of the embedded database, compared with TEST_MONGODB_URI if it is set; those of
// the index of live sessions; all end-to-end tests with three instances of the service; 100,000 hostile requests; 100 kills
// amid revocations.
// --embedded: only the first; its other arguments go to Jest.
import './prepare.mjs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const HOSTILE_REQUESTS = '100000';
const AUDIT_KILLS = '100';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const root = fileURLToPath(new URL('..', import.meta.url));
const [first, ...others] = process.argv.slice(2);
const isEmbeddedOnly = first === '--embedded';

function run(args, folder = root, variables = {}) {
  const env = { ...process.env, ...variables };
  return spawnSync(process.execPath, args, { stdio: 'inherit', cwd: folder, env }).status ?? 1;
}

const embedded = [jest, '--config', 'jest.nightly.config.js', ...(isEmbeddedOnly ? others : [])];
const statuses = [run(embedded, `${root}packages/embedded-mongo`)];
if (!isEmbeddedOnly) {
  statuses.push(run([jest, 'test/integration/session-index'], root, { TEST_ROUNDS: 'many' }));
  statuses.push(run(['scripts/test.mjs', '--all-three-instances']));
  const hostile = ['scripts/test.mjs', 'test/e2e/http/hostile-requests.e2e-spec.ts'];
  statuses.push(run(hostile, root, { HOSTILE_REQUESTS }));
  const kills = ['scripts/test.mjs', 'test/e2e/audit/audit-trail.kill.e2e-spec.ts'];
  statuses.push(run(kills, root, { AUDIT_KILLS }));
}
process.exit(Math.max(...statuses));
