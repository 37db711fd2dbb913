import { readFileSync, statSync } from 'node:fs';
import { runCommand } from '../../support/command-process';
import { openTestDatabase, TestDatabase } from '../../support/database';
import { everything, exportFrom, fill, newPath, run } from '../../support/transfer-scene';

describe('workspace -- export', () => {
  let source: TestDatabase;

  beforeEach(async () => {
    source = await openTestDatabase();
  }, 60_000);
  afterEach(() => source.close());

  it('changes nothing in the database', async () => {
    await fill(source);
    const before = await everything(source);
    await exportFrom(source);
    expect(await everything(source)).toEqual(before);
  });

  it('creates a file that only its owner can read, and overwrites none', async () => {
    await fill(source);
    const path = newPath();
    expect(await run('export', source, ['--file', path], '', runCommand)).toMatchObject({ code: 0, stdout: '' }); // prettier-ignore
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const made = readFileSync(path);
    const again = await run('export', source, ['--file', path]);
    expect(again.code).toBe(1);
    expect(again.printed).toBe('The file could not be created (EEXIST).\n');
    expect(readFileSync(path)).toEqual(made);
  });

  it('writes a document a line, for other tools', async () => {
    const users = source.db.collection<{ _id: string }>('users');
    await users.insertMany([{ _id: 'ada' }, { _id: 'eve' }]);
    const { stdout } = await exportFrom(source);
    const documents = stdout.match(/(?<=^\{"document":).*(?=\}$)/gm);
    expect(documents).toEqual(['{"_id":"ada"}', '{"_id":"eve"}']);
  });

  it('refuses a database without a workspace', async () => {
    await source.db.collection('rocketchat_roles').insertOne({ name: 'admin' });
    const { code, printed } = await exportFrom(source);
    expect(code).toBe(1);
    expect(printed).toContain('holds no users: there is no workspace');
  });
});
