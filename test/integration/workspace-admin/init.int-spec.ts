import { createHash } from 'node:crypto';
import { compare } from 'bcrypt';
import { CommandResult, runCommand } from '../../support/command-process';
import { CommandScene } from '../../support/command-scene';
import { call } from '../../support/http';
import { ServiceProcess } from '../../support/service-process';

const PASSWORD = 'correct horse battery';
const ADMINISTRATOR = ['--username', 'ada', '--email', 'Ada@example.com', '--name', 'Ada Lovelace'];
const ADMIN_ROLE = { _id: 'admin', name: 'admin', protected: true, scope: 'Users' };

let scene: CommandScene;
beforeEach(async () => {
  scene = await CommandScene.open();
}, 60_000);
afterEach(() => scene.close());

describe('workspace -- init', () => {
  const init = (
    args = ADMINISTRATOR,
    stdin = `${PASSWORD}\n`,
    by?: typeof runCommand,
  ): Promise<CommandResult> => scene.run('init', args, stdin, by);

  it('creates the first administrator with the password from standard input', async () => {
    const { code, printed } = await init(ADMINISTRATOR, `${PASSWORD}\n`, runCommand);
    expect(printed).toContain('ada');
    expect(printed).not.toContain(PASSWORD);
    expect(code).toBe(0);

    const users = await scene.documents('users');
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
    const service = await ServiceProcess.start({ MONGODB_URI: scene.uri });
    try {
      const login = await call(`${service.url}/api/v1/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user: 'Ada@example.com', password: PASSWORD }),
      });
      expect(login.status).toBe(200);
      const { data } = login.body as { data: { userId: string; authToken: string } };
      // The password stands in for a second factor until the administrator enrols.
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

  it('creates the roles, the permissions and the indexes', async () => {
    await init();
    const roles = await scene.documents('rocketchat_roles');
    expect(roles).toContainEqual({ ...ADMIN_ROLE, description: 'Administrator' });
    expect(roles.map(({ _id }) => String(_id))).toEqual(
      expect.arrayContaining(['admin', 'moderator', 'user']),
    );
    expect(await scene.documents('rocketchat_permissions')).toEqual([
      { _id: 'api-bypass-rate-limit', roles: ['admin', 'bot', 'app'] },
      { _id: 'can-audit', roles: ['admin'] },
      { _id: 'create-personal-access-tokens', roles: ['admin', 'user'] },
      { _id: 'edit-other-user-totp', roles: ['admin'] },
      { _id: 'logout-device-management', roles: ['admin'] },
      { _id: 'logout-other-user', roles: ['admin'] },
      { _id: 'view-device-management', roles: ['admin'] },
    ]);
    expect((await scene.run('indexes', [])).printed).toContain('12 of 12 are there');
  });

  it('reads the first line without its line break, and uses the user name as the default name', async () => {
    await init(['--username', 'ada', '--email', 'ada@example.com'], `${PASSWORD}\r\nmore\r\n`);
    const [user] = await scene.documents('users');
    const digest = createHash('sha256').update(PASSWORD).digest('hex');
    const { name, services } = user as { name: string; services: { password: { bcrypt: string } } };
    expect(await compare(digest, services.password.bcrypt)).toBe(true);
    expect(name).toBe('ada');
  });

  it('refuses a second run and changes nothing', async () => {
    await init();
    const before = await scene.everything();
    const { code, printed } = await init(['--username', 'eve', '--email', 'eve@example.com']);
    expect(code).toBe(1);
    expect(printed).toContain('holds users, roles, permissions: there is a workspace already');
    expect(await scene.everything()).toEqual(before);
  });

  it.each([
    ['users', 'there is a workspace already'],
    ['rocketchat_sessions', 'there is a workspace already'],
    ['rocketchat_permissions', 'one was interrupted'],
    ['rocketchat_roles', 'one was interrupted'],
  ])('refuses a database with a document in %s, and says so', async (collection, words) => {
    await scene.insert(collection, 'foreign');
    const before = await scene.everything();
    const { code, printed } = await init();
    expect(code).toBe(1);
    expect(printed).toContain(collection.replace('rocketchat_', ''));
    expect(printed).toContain(words);
    expect(printed).toContain('Nothing has been changed');
    expect(await scene.everything()).toEqual(before);
  });

  it('succeeds after an interrupted run when its advice is followed', async () => {
    await scene.insert('rocketchat_roles', 'admin', ADMIN_ROLE);
    expect((await init()).printed).toMatch(
      /empty the collections rocketchat_roles and\s+rocketchat_permissions/,
    );
    for (const collection of ['rocketchat_roles', 'rocketchat_permissions']) {
      await scene.db.collection(collection).deleteMany({});
    }
    expect((await init()).code).toBe(0);
  });

  it('creates one workspace when two run at once, five times', async () => {
    for (let repetition = 0; repetition < 5; repetition++) {
      await scene.db.dropDatabase();
      const results = await Promise.all(
        ['ada', 'eve'].map((name) => init(['--username', name, '--email', `${name}@example.com`])),
      );
      expect(results.map(({ code }) => code).sort()).toEqual([0, 1]);
      const users = await scene.documents('users');
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
    expect(await scene.everything()).toEqual([]);
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

  it('names every invalid option at once', async () => {
    const { code, printed } = await init([
      '--username',
      'a@b',
      '--email',
      'invalid',
      '--name',
      ' ',
    ]);
    expect(code).toBe(1);
    for (const option of ['--username', '--email', '--name']) expect(printed).toContain(option);
    expect(await scene.everything()).toEqual([]);
  });

  it.each([
    ['a short password', 'elevenchars\n', 'at least 12 characters'],
    ['an empty line', '\n', 'at least 12 characters'],
    ['no password', '', 'No password was given'],
  ])('refuses %s and changes nothing', async (_case, stdin, words) => {
    const { code, printed } = await init(ADMINISTRATOR, stdin);
    expect(code).toBe(1);
    expect(printed).toContain(words);
    expect(printed).not.toContain('elevenchars');
    expect(await scene.everything()).toEqual([]);
  });
});
