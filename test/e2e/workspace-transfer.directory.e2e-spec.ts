import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PUBLISHED_SUCCESS } from '../contract/published';
import { CommandResult, runCommand } from '../support/command-process';
import { openTestDatabase, TestDatabase } from '../support/database';
import { call } from '../support/http';
import { ServiceProcess } from '../support/service-process';

const run = promisify(execFile);
const PASSWORD = 'correct horse battery';

let folder: string;
let file: string;
/** The environment of a service or command on a data directory. */
let onDirectory: { EMBEDDED_DATA_DIR: string };
let database: TestDatabase;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workspace-directory-'));
  file = join(folder, 'workspace.ndjson');
  onDirectory = { EMBEDDED_DATA_DIR: join(folder, 'data') };
  database = await openTestDatabase();
}, 60_000);
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const exportFrom = (env: Record<string, string>): Promise<CommandResult> =>
  runCommand('workspace-export', { args: ['--file', file], env });
const importInto = (env: Record<string, string>): Promise<CommandResult> =>
  runCommand('workspace-import', { args: ['--file', file], env });

it('the demo moves from the data directory to a database, and its pasted command works there', async () => {
  const before = await ServiceProcess.start(onDirectory);
  await before.untilPrinted(/^curl .*\n/m);
  const command = before.printed.split('\n').find((line) => line.startsWith('curl ')) ?? '';
  const { url } = before;
  expect(await before.stop()).toBe(0);

  expect(await exportFrom(onDirectory)).toMatchObject({ code: 0 });
  expect(await importInto({ MONGODB_URI: database.uri })).toMatchObject({ code: 0 });
  const after = await ServiceProcess.start({ MONGODB_URI: database.uri });
  const { stdout } = await run('bash', ['-c', command.replace(url, after.url)]);
  expect(stdout).toBe(JSON.stringify(PUBLISHED_SUCCESS));
  await after.stop();
}, 60_000);

it('a workspace moves from a database to a data directory, and people sign in to it there', async () => {
  await runCommand('workspace-init', {
    args: ['--username', 'ada', '--email', 'ada@example.com'],
    stdin: PASSWORD,
    env: { MONGODB_URI: database.uri },
  });
  expect(await exportFrom({ MONGODB_URI: database.uri })).toMatchObject({ code: 0 });
  expect(await importInto(onDirectory)).toMatchObject({ code: 0 });
  const service = await ServiceProcess.start(onDirectory);
  expect(service.printed).not.toContain('X-Auth-Token');
  const login = await call(`${service.url}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'ada', password: PASSWORD }),
  });
  expect(login.body).toMatchObject({ status: 'success', data: { me: { username: 'ada' } } });
  expect(await service.stop()).toBe(0);

  rmSync(file);
  expect(await exportFrom(onDirectory)).toMatchObject({ code: 0 });
}, 60_000);

it('a command waits for nobody: while the service runs on the directory, it says so', async () => {
  const service = await ServiceProcess.start(onDirectory);
  const { code, stderr } = await exportFrom(onDirectory);
  expect(code).toBe(1);
  expect(stderr).toContain('in use');
  expect(stderr).not.toContain('    at ');
  await service.stop();
}, 60_000);

it.each([
  ['workspace-init'],
  ['workspace-indexes'],
  ['workspace-reseal-totp'],
  ['workspace-export'],
  ['workspace-import'],
])('%s refuses a database that keeps nothing', async (name) => {
  const args = name === 'workspace-init' ? ['--username', 'ada', '--email', 'a@example.com'] : [];
  const { code, printed } = await runCommand(name, {
    args,
    env: { EMBEDDED_DATA_DIR: 'memory' },
  });
  expect(code).toBe(1);
  expect(printed).toContain('MONGODB_URI is not set');
  expect(printed).toContain('memory');
});
