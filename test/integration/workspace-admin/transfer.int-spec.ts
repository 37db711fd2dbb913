import { statSync } from 'node:fs';
import { runCommand, CommandResult } from '../../support/command-process';
import {
  openEmbeddedDatabase,
  openTestDatabase,
  REAL_MONGODB_URI,
  TestDatabase,
} from '../../support/database';
import { call } from '../../support/http';
import { ServiceProcess } from '../../support/service-process';
import {
  bodyOf,
  everything,
  exportFrom,
  fill,
  importInto,
  newPath,
  run,
  SECRET,
} from '../../support/transfer-scene';

const PASSWORD = 'correct horse battery';

const engines = { embedded: openEmbeddedDatabase, real: openTestDatabase };
const directions: (keyof typeof engines)[][] = REAL_MONGODB_URI
  ? [['embedded', 'real'], ['real', 'embedded'], ['real', 'real']] // prettier-ignore
  : [['embedded', 'embedded']];

describe.each(directions)('workspace that moves from %s to %s', (from, to) => {
  let source: TestDatabase;
  let target: TestDatabase;

  beforeEach(async () => {
    source = await engines[from]();
    target = await engines[to]();
  }, 60_000);
  afterEach(async () => {
    await source.close();
    await target.close();
  });

  it('keeps its documents, byte for byte, and its indexes', async () => {
    await fill(source);
    const exported = await exportFrom(source, runCommand);
    expect(exported.code).toBe(0);
    expect(exported.stderr).toContain('rocketchat_sessions: 6 documents');
    expect(exported.stderr).toContain('as secret as the database');
    expect(exported.stderr).not.toContain(SECRET);

    const imported = await importInto(target, exported.stdout, runCommand);
    expect(imported).toMatchObject({ code: 0, stdout: '' });
    expect(imported.stderr).toContain('users: 2 documents');
    expect(imported.stderr).not.toContain('Left out');
    const { rocketchat_message, ...workspace } = await everything(source);
    expect(rocketchat_message).toHaveLength(1);
    expect(await everything(target)).toEqual(workspace);

    const again = await exportFrom(target);
    expect(bodyOf(again.stdout)).toEqual(bodyOf(exported.stdout));
    expect(exported.stdout.match(/"name":"/g)?.length).toBeGreaterThan(12);
  });

  it('serves users on the target who were signed in at the source', async () => {
    const name = ['--username', 'ada', '--email', 'ada@example.com'];
    await run('init', source, name, `${PASSWORD}\n`);
    const before = await ServiceProcess.start({ MONGODB_URI: source.uri });
    const login = await call(`${before.url}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'ada', password: PASSWORD }),
    });
    await before.stop();
    const { data } = login.body as { data: { userId: string; authToken: string } };

    const path = newPath();
    expect(await run('export', source, ['--file', path])).toMatchObject({ code: 0 });
    expect(await run('import', target, ['--file', path])).toMatchObject({ code: 0 });
    const after = await ServiceProcess.start({ MONGODB_URI: target.uri });
    const list = await call(`${after.url}/api/v1/sessions/list.all`, {
      headers: {
        'x-user-id': data.userId,
        'x-auth-token': data.authToken,
        'x-2fa-code': PASSWORD,
        'x-2fa-method': 'password',
      },
    });
    await after.stop();
    expect(list.body).toMatchObject({ total: 1, success: true });
    expect((await run('indexes', target)).printed).toContain('12 of 12 are there');
  });
});

it('moves a workspace that is larger than the memory it may use', async () => {
  const [source, target] = [await openTestDatabase(), await openTestDatabase()];
  const text = 'x'.repeat(4000);
  for (let from = 0; from < 20_000; from += 1000) {
    const sessions = Array.from({ length: 1000 }, (_, n) => ({ _id: `s${from + n}`, text }));
    await source.db.collection<{ _id: string }>('rocketchat_sessions').insertMany(sessions);
  }
  await source.db.collection('users').insertOne({ username: 'ada' });
  const path = newPath();
  const NODE_OPTIONS = '--max-old-space-size=64';
  const move = (name: string, { uri }: TestDatabase): Promise<CommandResult> =>
    runCommand(name, { args: ['--file', path], env: { MONGODB_URI: uri, NODE_OPTIONS } });

  expect(await move('export', source)).toMatchObject({ code: 0 });
  expect(statSync(path).size).toBeGreaterThan(80_000_000);
  const imported = await move('import', target);
  expect(imported.printed).toContain('rocketchat_sessions: 20,000 documents');
  expect(imported.code).toBe(0);
  await source.close();
  await target.close();
}, 120_000);
