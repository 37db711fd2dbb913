import { createHash } from 'node:crypto';
import { compare } from 'bcrypt';
import { mongo } from 'mongoose';
import { WORKSPACE_INDEXES } from '../../../src/workspace-data/workspace-indexes';
import { callCommand } from '../../support/command';
import { CommandResult, runCommand } from '../../support/command-process';
import { openTestDatabase, TestDatabase } from '../../support/database';
import { call } from '../../support/http';
import { ServiceProcess } from '../../support/service-process';

const PASSWORD = 'correct horse battery';
const ADMINISTRATOR = ['--username', 'ada', '--email', 'Ada@example.com', '--name', 'Ada Lovelace'];
const ADMIN_ROLE = { _id: 'admin', name: 'admin', protected: true, scope: 'Users' };
const DUPLICATE_HASH = 'the-hash-of-a-token';

interface WithTextId {
  _id: string;
}

let database: TestDatabase;
let db: mongo.Db;

beforeEach(async () => {
  database = await openTestDatabase();
  db = database.db;
}, 60_000);
afterEach(() => database.close());

const documents = (collection: string): Promise<mongo.Document[]> =>
  db.collection(collection).find().sort({ _id: 1 }).toArray();

const insert = async (collection: string, _id: string, fields: object = {}): Promise<void> => {
  await db.collection<WithTextId>(collection).insertOne({ _id, ...fields });
};

/** The names of its collections and all their documents: what a command that refuses must leave alone. */
const everything = async (): Promise<unknown> => {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  const names = collections.map(({ name }) => name).sort();
  return Promise.all(names.map(async (name) => [name, await documents(name)]));
};

const run = (
  name: string,
  args: string[],
  stdin = '',
  by: typeof runCommand = callCommand,
): Promise<CommandResult> => by(name, { args, stdin, env: { MONGODB_URI: database.uri } });

describe('workspace -- init', () => {
  const init = (
    args = ADMINISTRATOR,
    stdin = `${PASSWORD}\n`,
    by?: typeof runCommand,
  ): Promise<CommandResult> => run('init', args, stdin, by);

  it('makes the first administrator, with the password from standard input', async () => {
    const { code, printed } = await init(ADMINISTRATOR, `${PASSWORD}\n`, runCommand);
    expect(printed).toContain('ada');
    expect(printed).not.toContain(PASSWORD);
    expect(code).toBe(0);

    const users = await documents('users');
    expect(users).toEqual([
      {
        _id: expect.stringMatching(/^\w{17}$/) as string,
        username: 'ada',
        name: 'Ada Lovelace',
        active: true,
        roles: ['admin'],
        emails: [{ address: 'ada@example.com', verified: true }],
        createdAt: expect.any(Date) as Date,
        services: { password: { bcrypt: expect.stringMatching(/^\$2b\$10\$/) as string } },
      },
    ]);
    const [{ services }] = users as [{ services: { password: { bcrypt: string } } }];
    const digest = createHash('sha256').update(PASSWORD).digest('hex');
    expect(await compare(digest, services.password.bcrypt)).toBe(true);
  });

  it('leaves a workspace that the service serves and the administrator can sign in to', async () => {
    await init();
    const service = await ServiceProcess.start({ MONGODB_URI: database.uri });
    try {
      const login = await call(`${service.url}/api/v1/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user: 'Ada@example.com', password: PASSWORD }),
      });
      expect(login.status).toBe(200);
      const { data } = login.body as { data: { userId: string; authToken: string } };
      // Until they enrol, their password is their second factor.
      const list = await call(`${service.url}/api/v1/sessions/list.all`, {
        headers: {
          'x-user-id': data.userId,
          'x-auth-token': data.authToken,
          'x-2fa-code': PASSWORD,
          'x-2fa-method': 'password',
        },
      });
      expect(list.body).toMatchObject({ total: 1, success: true });
    } finally {
      await service.stop();
    }
  });

  it('makes the roles, the permissions and the indexes', async () => {
    await init();
    const roles = await documents('rocketchat_roles');
    expect(roles).toContainEqual({ ...ADMIN_ROLE, description: 'Administrator' });
    expect(roles.map(({ _id }) => String(_id))).toEqual(
      expect.arrayContaining(['admin', 'moderator', 'user']),
    );
    expect(await documents('rocketchat_permissions')).toEqual([
      { _id: 'create-personal-access-tokens', roles: ['admin', 'user'] },
      { _id: 'edit-other-user-totp', roles: ['admin'] },
      { _id: 'logout-device-management', roles: ['admin'] },
      { _id: 'view-device-management', roles: ['admin'] },
    ]);
    expect((await run('indexes', [])).printed).toContain('12 of 12 are there');
  });

  it('takes the first line without its end, also one of Windows, and the user name for a missing name', async () => {
    await init(['--username', 'ada', '--email', 'ada@example.com'], `${PASSWORD}\r\nmore\r\n`);
    const [user] = await documents('users');
    const digest = createHash('sha256').update(PASSWORD).digest('hex');
    const { name, services } = user as { name: string; services: { password: { bcrypt: string } } };
    expect(await compare(digest, services.password.bcrypt)).toBe(true);
    expect(name).toBe('ada');
  });

  it('refuses a second run and changes nothing', async () => {
    await init();
    const before = await everything();
    const { code, printed } = await init(['--username', 'eve', '--email', 'eve@example.com']);
    expect(code).toBe(1);
    expect(printed).toContain('holds users, roles, permissions: there is a workspace already');
    expect(await everything()).toEqual(before);
  });

  it.each([
    ['users', 'there is a workspace already'],
    ['rocketchat_sessions', 'there is a workspace already'],
    ['rocketchat_permissions', 'one was broken off'],
    ['rocketchat_roles', 'one was broken off'],
  ])('refuses where there is a document in %s, and says so', async (collection, words) => {
    await insert(collection, 'somebody-elses');
    const before = await everything();
    const { code, printed } = await init();
    expect(code).toBe(1);
    expect(printed).toContain(collection.replace('rocketchat_', ''));
    expect(printed).toContain(words);
    expect(printed).toContain('Nothing has been changed');
    expect(await everything()).toEqual(before);
  });

  it('can be repeated after it was broken off, by doing what it says', async () => {
    await insert('rocketchat_roles', 'admin', ADMIN_ROLE);
    expect((await init()).printed).toMatch(
      /empty the collections rocketchat_roles and\s+rocketchat_permissions/,
    );
    for (const collection of ['rocketchat_roles', 'rocketchat_permissions']) {
      await db.collection(collection).deleteMany({});
    }
    expect((await init()).code).toBe(0);
  });

  it('makes one workspace when two run at once, five times', async () => {
    for (let repetition = 0; repetition < 5; repetition++) {
      await db.dropDatabase();
      const results = await Promise.all(
        ['ada', 'eve'].map((name) => init(['--username', name, '--email', `${name}@example.com`])),
      );
      expect(results.map(({ code }) => code).sort()).toEqual([0, 1]);
      const users = await documents('users');
      const winner = results.findIndex(({ code }) => code === 0);
      expect(users.map(({ username }) => String(username))).toEqual([['ada', 'eve'][winner]]);
      expect(results[1 - winner]?.printed).toMatch(/holds .*roles/);
    }
  }, 60_000);

  it.each([
    ['--password', 'correct horse battery'],
    ['--password=correct horse battery', ''],
    ['-p', 'correct horse battery'],
  ])('refuses a password given as %s and says why', async (...option) => {
    const { code, printed } = await init([...ADMINISTRATOR, ...option]);
    expect(code).toBe(1);
    expect(printed).toContain('the shell keeps them in its history');
    expect(printed).not.toContain(PASSWORD);
    expect(await everything()).toEqual([]);
  });

  it.each([
    ['a stray argument', [...ADMINISTRATOR, PASSWORD], 'belongs to no option'],
    ['an unknown option', [...ADMINISTRATOR, '--role=admin'], 'does not know'],
    ['an option without its value', ['--username'], 'lacks its value'],
    ['no option', [], 'Usage:'],
  ])('refuses %s without repeating it', async (_case, args, words) => {
    const { code, printed } = await init(args);
    expect(code).toBe(1);
    expect(printed).toContain(words);
    expect(printed).not.toContain(PASSWORD);
  });

  it('names every wrong option at once', async () => {
    const { code, printed } = await init(['--username', 'a@b', '--email', 'nobody', '--name', ' ']);
    expect(code).toBe(1);
    for (const option of ['--username', '--email', '--name']) expect(printed).toContain(option);
    expect(await everything()).toEqual([]);
  });

  it.each([
    ['a short password', 'elevenchars\n', 'at least 12 characters'],
    ['an empty line', '\n', 'at least 12 characters'],
    ['no password', '', 'There is no password'],
  ])('refuses %s and changes nothing', async (_case, stdin, words) => {
    const { code, printed } = await init(ADMINISTRATOR, stdin);
    expect(code).toBe(1);
    expect(printed).toContain(words);
    expect(printed).not.toContain('elevenchars');
    expect(await everything()).toEqual([]);
  });
});

describe('workspace -- indexes', () => {
  const indexes = (...args: string[]): Promise<CommandResult> => run('indexes', args);

  const keysOf = async (collection: string): Promise<unknown[]> =>
    (await db.collection(collection).indexes()).map(({ key }) => key);

  it('shows what is missing, makes it only when asked, and then finds it', async () => {
    await db
      .collection('users')
      .createIndexes([{ key: { username: 1 }, unique: true, name: 'by-name' }]);
    const before = await everything();

    const shown = await run('indexes', [], '', runCommand);
    expect(shown.code).toBe(0);
    expect(shown.printed).toContain('1 of 12 are there, 11 missing');
    expect(shown.printed).toMatch(/there +username:1 +\(unique\)/);
    expect(shown.printed).toMatch(/missing +searchTerm:1 +\(where/);
    expect(await everything()).toEqual(before);
    expect(await keysOf('users')).toHaveLength(2);

    const applied = await indexes('--apply');
    expect(applied.code).toBe(0);
    expect(applied.printed.match(/^made: /gm)).toHaveLength(11);
    for (const [collection, wanted] of Object.entries(WORKSPACE_INDEXES)) {
      expect(await keysOf(collection)).toEqual(
        expect.arrayContaining(wanted.map(({ key }) => key as unknown)),
      );
    }
    expect((await indexes()).printed).toContain('12 of 12 are there, 0 missing');
    expect((await indexes('--apply')).printed).not.toContain('made:');
  });

  it('leaves an index with other options as it is', async () => {
    await db
      .collection('users')
      .createIndexes([{ key: { username: 1 }, unique: true, sparse: true }]);
    const { code, printed } = await indexes('--apply');
    expect(code).toBe(0);
    expect(printed).toMatch(/other options +username:1 +\(unique\)\n +is: username:1 +\(.*sparse/);
    const index = (await db.collection('users').indexes()).find(({ key }) => 'username' in key);
    expect(index).toMatchObject({ unique: true, sparse: true });
  });

  it('makes the others when one cannot be made, and shows no stored value', async () => {
    const services = { resume: { loginTokens: [{ hashedToken: DUPLICATE_HASH }] } };
    for (const id of ['ada', 'eve']) await insert('users', id, { username: id, services });
    const { code, printed } = await indexes('--apply');
    expect(code).toBe(1);
    expect(printed).toMatch(/NOT made: users .*hashedToken:1: .*same value/);
    expect(printed.match(/^made: /gm)).toHaveLength(11);
    expect(printed).toContain('1 of 12 indexes could not be made');
    expect(printed).not.toContain(DUPLICATE_HASH);
  });

  it.each([['--aply'], ['all'], ['--apply=yes']])('refuses %s', async (argument) => {
    const { code, printed } = await indexes(argument);
    expect(code).toBe(1);
    expect(printed).toContain('Usage:');
  });
});
