import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { callCommand } from '../../support/command';
import { CommandResult, runCommand } from '../../support/command-process';
import { openTestDatabase, TestDatabase } from '../../support/database';
import { call } from '../../support/http';
import { ServiceProcess } from '../../support/service-process';

const run = promisify(execFile);
const PASSWORD = 'correct horse battery';
/** The id of the demo's administrator, the same in every release. */
const ADMINISTRATOR = 'aDmXw3kPq7RtYbN5s';

let folder: string;
let file: string;
/** The environment of a service or command on a data directory. */
let onDirectory: { EMBEDDED_DATA_DIR: string };
let database: TestDatabase;
const onDatabase = (): { MONGODB_URI: string; HOST: string } => ({
  MONGODB_URI: database.uri,
  HOST: '127.0.0.1',
});

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
  callCommand('export', { args: ['--file', file], env });
const importInto = (env: Record<string, string>): Promise<CommandResult> =>
  callCommand('import', { args: ['--file', file], env });

it('moves the demo from a data directory to a database, where its printed credentials are void', async () => {
  const before = await ServiceProcess.start(onDirectory);
  await before.untilPrinted(/^curl .*\n/m);
  const command = before.printed.split('\n').find((line) => line.startsWith('curl ')) ?? '';
  const { url } = before;
  expect(await before.stop()).toBe(0);

  expect(await exportFrom(onDirectory)).toMatchObject({ code: 0 });
  const imported = await importInto({ MONGODB_URI: database.uri });
  expect(imported.code).toBe(0);
  expect(imported.printed).toContain('without token, password and second factor');
  const users = database.db.collection<{ _id: string }>('users');
  expect(await users.findOne({ _id: ADMINISTRATOR })).not.toHaveProperty('services');
  // The tokens of the other users were never printed, so they may stay.
  expect(await users.countDocuments({ services: { $exists: true } })).toBe(4);
  const sessions = database.db.collection('rocketchat_sessions');
  expect(await sessions.countDocuments({ userId: ADMINISTRATOR, logoutAt: null })).toBe(0);
  const after = await ServiceProcess.start({ NODE_ENV: 'production', ...onDatabase() });
  const { stdout } = await run('bash', ['-c', command.replace(url, after.url)]);
  expect(stdout).toContain('You must be logged in to do this.');
  await after.stop();
}, 90_000);

it('refuses in production a demo that was copied without an import, until its credentials are revoked', async () => {
  await database.db.collection<{ _id: string }>('users').insertOne({
    _id: ADMINISTRATOR,
    services: {
      resume: { loginTokens: [{ when: new Date('2099-01-01'), hashedToken: 'printed' }] },
    },
  } as { _id: string });
  const production = { NODE_ENV: 'production', ...onDatabase() };
  const refused = ServiceProcess.spawn(production);
  expect(await refused.untilExit()).toBe(1);
  expect(refused.printed).toContain('holds credentials of a demo workspace');
  expect(refused.printed).toContain('npm run workspace -- revoke-demo --apply');
  expect((await callCommand('indexes', { env: production })).code).toBe(1);

  const shown = await callCommand('revoke-demo', { env: production });
  expect(shown.printed).toContain(ADMINISTRATOR);
  expect(shown.printed).toContain('Nothing has been changed');
  const revoked = await runCommand('revoke-demo', { args: ['--apply'], env: production });
  expect(revoked.code).toBe(0);
  const users = database.db.collection<{ _id: string }>('users');
  expect(await users.findOne({ _id: ADMINISTRATOR })).toEqual({ _id: ADMINISTRATOR });
  const started = await ServiceProcess.start(production);
  await started.stop();
}, 120_000);

it('moves a workspace from a database to a data directory, where its users can sign in', async () => {
  await callCommand('init', {
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

it('refuses to export a data directory at once while the service uses it', async () => {
  const service = await ServiceProcess.start(onDirectory);
  const { code, stderr } = await exportFrom(onDirectory);
  expect(code).toBe(1);
  expect(stderr).toContain('in use');
  expect(stderr).not.toContain('    at ');
  await service.stop();
}, 60_000);

it.each([['init'], ['indexes'], ['reseal'], ['export'], ['import']])(
  'refuses %s on a database in memory',
  async (name) => {
    const args = name === 'init' ? ['--username', 'ada', '--email', 'a@example.com'] : [];
    const { code, printed } = await callCommand(name, {
      args,
      env: { EMBEDDED_DATA_DIR: 'memory' },
    });
    expect(code).toBe(1);
    expect(printed).toContain('MONGODB_URI is not set');
    expect(printed).toContain('memory');
  },
);
