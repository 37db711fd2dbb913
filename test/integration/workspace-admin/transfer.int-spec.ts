import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { WORKSPACE_INDEXES } from '../../../src/workspace-data/workspace-indexes';
import { callCommand } from '../../support/command';
import { CommandResult, runCommand } from '../../support/command-process';
import {
  openEmbeddedDatabase,
  openTestDatabase,
  REAL_MONGODB_URI,
  TestDatabase,
} from '../../support/database';
import { call } from '../../support/http';
import { ServiceProcess } from '../../support/service-process';

const { Binary, BSONRegExp, Double, Int32, Long, ObjectId } = mongo.BSON;

const PASSWORD = 'correct horse battery';
const SECRET = 'the-seed-of-a-second-factor';
/** Beyond what the TTL indexes of these tests remove. */
const LATER = new Date('2999-01-01T00:00:00Z');

const folder = mkdtempSync(join(tmpdir(), 'workspace-transfer-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let files = 0;
const newPath = (): string => join(folder, `${(files += 1)}.ndjson`);

const run = (
  name: string,
  { uri }: TestDatabase,
  args: string[] = [],
  stdin = '',
  by: typeof runCommand = callCommand,
): Promise<CommandResult> => by(name, { args, stdin, env: { MONGODB_URI: uri } });

const exportFrom = (from: TestDatabase, by?: typeof runCommand): Promise<CommandResult> =>
  run('export', from, [], '', by);

const importInto = (
  to: TestDatabase,
  file: string,
  by?: typeof runCommand,
): Promise<CommandResult> => run('import', to, [], file, by);

function importFile(to: TestDatabase, file: string): Promise<CommandResult> {
  const path = newPath();
  writeFileSync(path, file);
  return run('import', to, ['--file', path]);
}

/** All documents of all collections, as bytes. */
async function everything({ db }: TestDatabase): Promise<Record<string, string[]>> {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  const names = collections.map(({ name }) => name).sort();
  const documents = await Promise.all(
    names.map(async (name) => {
      const found: unknown[] = await db
        .collection(name)
        .find({}, { raw: true, sort: { _id: 1 } })
        .toArray();
      return [name, (found as Buffer[]).map((bytes) => bytes.toString('hex'))] as const;
    }),
  );
  return Object.fromEntries(documents.filter(([, found]) => found.length > 0));
}

/** The lines of a file but for the first and the last, which tell when and from where. */
const bodyOf = (file: string): string[] => file.split('\n').slice(1, -2);

/** A file of these lines, with a last line that is right. */
function fileOf(lines: object[], documents: object): string {
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const sha256 = createHash('sha256').update(body).digest('hex');
  return `${body}${JSON.stringify({ end: { documents, sha256 } })}\n`;
}

/** A file with some users and nothing else. */
function fileOfUsers(users: object[], indexes: object[] = []): string {
  const header = { format: 'workspace-sessions', version: 1, collections: ['users'] };
  const documents = users.map((document) => ({ document }));
  const lines = [{ header }, { collection: { name: 'users', indexes } }, ...documents];
  return fileOf(lines, { users: users.length });
}

/** A document with everything that both engines can hold. */
function curious(_id: unknown): Map<string, unknown> {
  return new Map<string, unknown>([
    ['_id', _id],
    ['int', new Int32(-1)],
    ['double', new Double(1)],
    ['minusZero', new Double(-0)],
    ['nan', new Double(NaN)],
    ['infinity', new Double(-Infinity)],
    ['long', Long.fromString('9007199254740993')],
    ['smallLong', Long.fromNumber(1)],
    ['date', new Date('+012345-06-07T08:09:10.011Z')],
    ['early', new Date(-62_135_596_800_001)],
    ['objectId', new ObjectId('0123456789abcdef01234567')],
    ['binary', new Binary(Buffer.from([0, 1, 255]))],
    ['uuid', new mongo.BSON.UUID('01234567-89ab-4def-8123-456789abcdef')],
    ['pattern', new BSONRegExp('^a/"', 'i')],
    ['null', null],
    ['yes', true],
    ['text', 'é\u0000😀\u2028"\\'],
    ['min', new mongo.BSON.MinKey()],
    ['max', new mongo.BSON.MaxKey()],
    ['', 'the empty name'],
    ['__proto__', new Map([['__proto__', 1]])],
    ['claims', new Map([['0', new Map([['timeStep', Long.fromNumber(7)]])]])],
    ['a b"', [[], new Map([['toString', 1]]), [null]]],
  ]);
}

/** Something of everything that a workspace has, and something of its owner's that is none of our business. */
async function fill({ db }: TestDatabase): Promise<void> {
  const stored = { forceServerObjectId: true };
  for (const [name, indexes] of Object.entries(WORKSPACE_INDEXES)) {
    await db.collection(name).createIndexes(indexes);
  }
  const own = db.collection('ws_second_factors');
  await own.createIndexes([{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }]);
  await own.insertMany([new Map<string, unknown>([['_id', 'ada'], ['failures', new Int32(5)], ['claims', new Map([['3', 1], ['0', 2]])], ['expiresAt', LATER]])], stored); // prettier-ignore
  await db.collection('rocketchat_roles').insertMany([curious('admin')], stored);
  await db.collection('rocketchat_permissions').insertMany([curious('view')], stored);
  const ids = ['text', new ObjectId('00112233445566778899aabb'), new Int32(3), Long.fromNumber(4), new Double(0.5), '']; // prettier-ignore
  await db.collection('rocketchat_sessions').insertMany(ids.map(curious), stored);
  await db.collection('users').insertMany(
    ['ada', 'eve'].map((name) => curious(name).set('username', name).set('seed', SECRET)),
    stored,
  );
  await db.collection('rocketchat_message').insertOne({ msg: 'is not for you' });
}

const engines = { embedded: openEmbeddedDatabase, real: openTestDatabase };
const directions: (keyof typeof engines)[][] = REAL_MONGODB_URI
  ? [['embedded', 'real'], ['real', 'embedded'], ['real', 'real']] // prettier-ignore
  : [['embedded', 'embedded']];

describe.each(directions)('a workspace that moves from %s to %s', (from, to) => {
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

  it('has the same documents, byte for byte, and the same indexes there', async () => {
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

  it('is served there, to those who were signed in', async () => {
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

describe('workspace -- export', () => {
  let source: TestDatabase;

  beforeEach(async () => {
    source = await openTestDatabase();
  }, 60_000);
  afterEach(() => source.close());

  it('changes nothing', async () => {
    await fill(source);
    const before = await everything(source);
    await exportFrom(source);
    expect(await everything(source)).toEqual(before);
  });

  it('makes a file that only its owner can read, and overwrites none', async () => {
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

  it('can be taken apart line by line, for other tools', async () => {
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

  it('goes into a database on which the service has been started, beside what is not its', async () => {
    const service = await ServiceProcess.start({ MONGODB_URI: target.uri });
    await service.stop();
    await target.db.collection('rocketchat_message').insertOne({ msg: 'there before' });
    expect(await importInto(target, fileOfUsers([ADA]))).toMatchObject({ code: 0 });
    expect(Object.keys(await everything(target))).toEqual(['rocketchat_message', 'users']);
  });

  const hostile: [string, string, string][] = [
    ['an empty file', '', 'The file is empty'],
    ['no file of ours', `${SECRET}\n`, 'Line 1 is not Extended JSON'],
    ['what npm says first', '{"npm":1}\n', 'npm run --silent'],
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

  it('refuses a pipe by its beginning before it changes anything', async () => {
    const { code, printed } = await importInto(target, SECRET);
    expect(code).toBe(1);
    expect(printed).toBe(
      'The file ends in the middle of line 1: it is cut off.\nNothing has been changed.\n',
    );
    expect(await target.db.listCollections().toArray()).toEqual([]);
  });

  it('can be repeated after it was broken off, by doing what it says', async () => {
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

  it('names the line of a document that is there twice, and stops', async () => {
    const users = [ADA, { _id: 'eve' }, ADA];
    const { code, printed } = await importFile(target, fileOfUsers(users));
    expect(code).toBe(1);
    expect(printed).toContain('Line 5 has the id, or another unique value, of a document');
    expect(printed).toContain('The import is not finished');
    expect(printed).not.toContain(SECRET);
  });

  it('names the lines among which is what the embedded database does not know', async () => {
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

  it('goes on without an index that this database does not know, but not without its promises', async () => {
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

  it('lets one of two imports at once through, and mixes nothing, three times', async () => {
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

  it('never lets an import and init through, three times', async () => {
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

  it.each([['import'], ['export']])('%s shows how it is called', async (command) => {
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

it('a workspace that is larger than memory moves in little of it', async () => {
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
