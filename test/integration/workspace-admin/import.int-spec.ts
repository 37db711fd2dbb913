import { join } from 'node:path';
import { runCommand } from '../../support/command-process';
import { openEmbeddedDatabase, openTestDatabase, TestDatabase } from '../../support/database';
import { ServiceProcess } from '../../support/service-process';
import {
  everything,
  fileOfUsers,
  folder,
  importFile,
  importInto,
  run,
  SECRET,
} from '../../support/transfer-scene';

const PASSWORD = 'correct horse battery';

describe('workspace -- import', () => {
  let target: TestDatabase;

  beforeEach(async () => {
    target = await openTestDatabase();
  }, 60_000);
  afterEach(() => target.close());

  const ADA = { _id: 'ada', username: 'ada', seed: SECRET };

  it.each([
    ['users', 'there is a workspace already'],
    ['rocketchat_sessions', 'there is a workspace already'],
    ['rocketchat_roles', 'holds roles, but no users'],
    ['ws_second_factors', 'has documents in ws_second_factors'],
  ])('refuses a database with a document in %s', async (collection, words) => {
    await target.db.collection(collection).insertOne({ name: 'there before' });
    const before = await everything(target);
    const { code, printed } = await importInto(target, fileOfUsers([ADA]));
    expect(code).toBe(1);
    expect(printed).toContain(words);
    expect(printed).toContain('Nothing has been changed');
    expect(await everything(target)).toEqual(before);
  });

  it('imports into a database on which the service has been started, beside foreign collections', async () => {
    const service = await ServiceProcess.start({ MONGODB_URI: target.uri });
    await service.stop();
    await target.db.collection('rocketchat_message').insertOne({ msg: 'there before' });
    expect(await importInto(target, fileOfUsers([ADA]))).toMatchObject({ code: 0 });
    expect(Object.keys(await everything(target))).toEqual(['rocketchat_message', 'users']);
  });

  const hostile: [string, string, string][] = [
    ['an empty file', '', 'The file is empty'],
    ['a foreign file', `${SECRET}\n`, 'Line 1 is not Extended JSON'],
    ['output of npm', '{"npm":1}\n', 'npm run --silent'],
    ['a file that is cut off', fileOfUsers([ADA]).slice(0, -100), 'The file ends in the middle of line 4'], // prettier-ignore
    ['a file without its last line', `${fileOfUsers([ADA]).split('\n').slice(0, 3).join('\n')}\n`, 'cut off'], // prettier-ignore
    ['a file that was changed', fileOfUsers([ADA]).replace(SECRET, 'another'), 'Line 4 has the checksum'], // prettier-ignore
    ['operators', fileOfUsers([{ _id: 'ada', $where: SECRET }]), 'Line 3 is no document'],
  ];

  it.each(hostile)('refuses %s before it changes anything', async (_case, file, words) => {
    const { code, printed } = await importFile(target, file);
    expect(code).toBe(1);
    expect(printed).toContain(words);
    expect(printed).toContain('Nothing has been changed');
    expect(printed).not.toContain(SECRET);
    expect(await target.db.listCollections().toArray()).toEqual([]);
  });

  it('refuses a pipe at its first line before it changes anything', async () => {
    const { code, printed } = await importInto(target, SECRET);
    expect(code).toBe(1);
    expect(printed).toBe(
      'The file ends in the middle of line 1: it is cut off.\nNothing has been changed.\n',
    );
    expect(await target.db.listCollections().toArray()).toEqual([]);
  });

  it('succeeds after an interrupted import when its advice is followed', async () => {
    const file = fileOfUsers(Array.from({ length: 2500 }, (_, n) => ({ _id: `u${n}` })));
    const broken = await importInto(target, file.slice(0, -200), runCommand);
    expect(broken.code).toBe(1);
    expect(broken.printed).toContain('users: 2,000 documents');
    expect(broken.printed).toContain('The import is not finished. Run it again');

    for (const command of ['import', 'export', 'init']) {
      const args = command === 'init' ? ['--username', 'eve', '--email', 'eve@example.com'] : []; // prettier-ignore
      const { code, printed } = await run(command, target, args, file);
      expect(code).toBe(1);
      expect(printed).toContain('holds an import that is not finished');
      expect(printed).toContain('Nothing has been changed');
      expect(printed).toContain('import again: users, ws_imports.');
    }

    await target.db.dropCollection('users');
    await target.db.dropCollection('ws_imports');
    expect(await importInto(target, file)).toMatchObject({ code: 0 });
    expect((await everything(target)).users).toHaveLength(2500);
  });

  it('names the line of a duplicate document and stops', async () => {
    const users = [ADA, { _id: 'eve' }, ADA];
    const { code, printed } = await importFile(target, fileOfUsers(users));
    expect(code).toBe(1);
    expect(printed).toContain('Line 5 has the id, or another unique value, of a document');
    expect(printed).toContain('The import is not finished');
    expect(printed).not.toContain(SECRET);
  });

  it('names the lines that contain a value unknown to the embedded database', async () => {
    const embedded = await openEmbeddedDatabase();
    const decimal = { _id: 'eve', price: { $numberDecimal: '1.10' } };
    const { code, printed } = await importInto(embedded, fileOfUsers([ADA, decimal]));
    expect(code).toBe(1);
    expect(printed).toMatch(
      /The database refused one of the documents of lines 3 to 4 \(code \d+\)\./,
    );
    expect(printed).not.toContain(SECRET);
    await embedded.close();
  });

  it('omits an index that this database does not support, but refuses to omit a unique one', async () => {
    const unknown = { key: { bio: 'nonsense' }, name: SECRET };
    const left = await importInto(target, fileOfUsers([ADA], [unknown]));
    expect(left.code).toBe(0);
    expect(left.printed).toContain(
      'Left out, unknown to this database: the index of users on "bio"',
    );
    expect(left.printed).not.toContain(SECRET);

    await target.db.dropDatabase();
    const unique = fileOfUsers([ADA], [{ ...unknown, unique: true }]);
    const refused = await importInto(target, unique);
    expect(refused.code).toBe(1);
    expect(refused.printed).toContain('does not take the index of users on "bio"');
  });

  it('lets one of two parallel imports succeed and mixes nothing, three times', async () => {
    for (let repetition = 0; repetition < 3; repetition++) {
      await target.db.dropDatabase();
      const ids = ['ada', 'eve'];
      const results = await Promise.all(
        ids.map((name) =>
          importInto(target, fileOfUsers([{ _id: `${name}1` }, { _id: `${name}2` }])),
        ),
      );
      expect(results.map(({ code }) => code).sort()).toEqual([0, 1]);
      const winner = ids[results.findIndex(({ code }) => code === 0)] ?? '';
      const users = await target.db.collection('users').find().toArray();
      expect(users.map(({ _id }) => String(_id)).sort()).toEqual([`${winner}1`, `${winner}2`]);
      expect(Object.keys(await everything(target))).toEqual(['users']);
    }
  }, 60_000);

  it('never lets both an import and init succeed, three times', async () => {
    for (let repetition = 0; repetition < 3; repetition++) {
      await target.db.dropDatabase();
      const results = await Promise.all([
        importInto(target, fileOfUsers([ADA])),
        run('init', target, ['--username', 'eve', '--email', 'e@example.com'], PASSWORD),
      ]);
      expect(results.filter(({ code }) => code === 0).length).toBeLessThanOrEqual(1);
      expect(await target.db.collection('users').countDocuments()).toBeLessThanOrEqual(1);
    }
  }, 60_000);

  it.each([['import'], ['export']])('prints the usage of %s', async (command) => {
    const { code, printed } = await run(command, target, [SECRET]);
    expect(code).toBe(1);
    expect(printed).toContain('Usage:');
    expect(printed).not.toContain(SECRET);
  });

  it.each([
    ['nowhere', 'ENOENT'],
    ['.', 'EISDIR'],
  ])('refuses --file %s without repeating it', async (path, reason) => {
    // prettier-ignore
    const { code, printed } = await run('import', target, ['--file', join(folder, path)]);
    expect(code).toBe(1);
    expect(printed).toContain(reason);
    expect(printed).not.toContain(folder);
    expect(await target.db.listCollections().toArray()).toEqual([]);
  });
});
