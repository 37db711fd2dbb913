import { hashLoginToken } from '../../../src/auth/login-token';
import { ApiError } from '../../../src/common/errors/api-error';
import { SelectedSessions } from '../../../src/session-selection/selected-sessions.service';
import { TOO_MANY_ADDRESSES } from '../../../src/session-selection/session-selection.problems';
import { callCommand } from '../../support/command';
import { CommandResult } from '../../support/command-process';
import { BulkScene } from '../../support/bulk-scene';
import { TestUser } from '../../support/workspace';

interface Printed {
  sessions: { sessionId: string }[];
  total: number;
  matched: number;
  users: number;
  ended: number;
}

describe('npm run workspace -- sessions', () => {
  let scene: BulkScene;
  let maria: TestUser & { sessionId: string };
  let rod: TestUser & { sessionId: string };

  const run = (...args: string[]): Promise<CommandResult> =>
    callCommand('sessions', { args, env: { MONGODB_URI: scene.app.databaseUri } });
  const json = async (...args: string[]): Promise<Printed> => {
    const { code, stdout, stderr } = await run(...args, '--json');
    expect(code).toBe(0);
    // The progress of long work.
    expect(stderr).toMatch(/^(\d+ sessions have ended so far\n)*$/);
    return JSON.parse(stdout) as Printed;
  };
  const ids = ({ sessions }: Printed): string[] => sessions.map(({ sessionId }) => sessionId);
  const before = (seconds: number): Date =>
    new Date(scene.app.clock.now().getTime() - seconds * 1000);

  beforeAll(async () => {
    scene = await BulkScene.start("the workspace's documents");
  });
  beforeEach(async () => {
    await scene.clear();
    maria = await scene.createUser({ host: 'a.example.com', ip: '10.0.0.1', loginAt: before(20) });
    rod = await scene.createUser({ ip: '::ffff:10.0.0.2', loginAt: before(10) });
  });
  afterAll(() => scene.app.close());

  describe('list', () => {
    it('prints the newest live sessions, one a line, and how many there are', async () => {
      const { code, stdout } = await run('list', '--count', '1');
      expect(code).toBe(0);
      expect(stdout).toBe(
        `${before(10).toISOString()}  ${rod.sessionId}  user-${rod.id}  ::ffff:10.0.0.2  chat.example.com  Firefox  Linux\n1 of 2 live sessions.\n`,
      );
    });

    it('prints JSON, without any hash', async () => {
      const printed = await json('list');
      expect([ids(printed), printed.total]).toEqual([[rod.sessionId, maria.sessionId], 2]);
      expect(printed.sessions[1]).toMatchObject({
        host: 'a.example.com',
        _user: { username: `user-${maria.id}` },
      });
      expect(JSON.stringify(printed)).not.toContain(hashLoginToken(maria.token));
    });

    it.each<[string[], ('maria' | 'rod')[]]>([
      [
        ['--ip', '10.0.0.0/8'],
        ['rod', 'maria'],
      ],
      [['--ip', '10.0.0.2'], ['rod']],
      [['--host', 'a.example.com'], ['maria']],
      [['--filter', 'A.EXAMPLE'], ['maria']],
      [
        ['--device-type', 'browser', '--device-name', 'Firefox', '--os-name', 'Linux'],
        ['rod', 'maria'],
      ],
      [['--os-name', 'iOS'], []],
      [['--login-before', '2000-01-01'], []],
      [['--login-after', '2000-01-01', '--host', 'a.example.com'], ['maria']],
    ])('selects by %j', async (options, expected) => {
      const people = { maria, rod };
      expect(ids(await json('list', ...options))).toEqual(
        expected.map((name) => people[name].sessionId),
      );
    });

    it('selects by names and ids, each of which may be repeated', async () => {
      const both = [rod.sessionId, maria.sessionId];
      const names = ['--username', `user-${maria.id}`, '--username', `user-${rod.id}`];
      expect(ids(await json('list', ...names))).toEqual(both);
      expect(ids(await json('list', '--user-id', maria.id, '--user-id', rod.id))).toEqual(both);
      expect(ids(await json('list', '--session-id', maria.sessionId))).toEqual([maria.sessionId]);
    });

    it('prints nothing that a terminal would obey', async () => {
      await scene.createSession({ host: 'evil\u001b[2J\nroot', ip: 7 });
      const { stdout } = await run('list');
      expect(stdout).not.toContain('\u001b');
      expect(stdout).toContain('evil\\u001b[2J\\u000aroot');
    });

    it.each([['list'], ['revoke', '--filter', 'evil']])(
      'prints nothing that a terminal would obey in JSON either: %s',
      async (...args) => {
        const host = 'evil\u009b2J\u202e';
        await scene.createSession({ host });
        const { stdout } = await run(...args, '--json');
        expect(stdout).toContain('evil\\u009b2J\\u202e');
        expect((JSON.parse(stdout) as Printed).sessions[0]).toMatchObject({ host });
      },
    );
  });

  describe('revoke', () => {
    it('only shows what would end, unless told to apply it', async () => {
      const { code, stdout } = await run('revoke', '--host', 'a.example.com');
      expect(code).toBe(0);
      expect(stdout).toContain(maria.sessionId);
      expect(stdout).toMatch(
        /1 live sessions of 1 users match; the newest are shown\.\nNothing has been changed; --apply ends them\.\n$/,
      );
      expect(await json('revoke', '--ip', '10.0.0.0/8')).toMatchObject({ matched: 2, users: 2 });
      expect(await scene.live()).toEqual([maria.sessionId, rod.sessionId].sort());
    });

    it('ends them with history and audit records that name nobody but the command', async () => {
      const { code, stdout, stderr } = await run(
        ...['revoke', '--username', `user-${maria.id}`],
        ...['--apply', '--reason', 'stolen laptop'],
      );
      expect([code, stdout, stderr]).toEqual([0, '1 sessions have ended.\n', '']);
      expect(await scene.live()).toEqual([rod.sessionId]);
      const { status } = await scene.app.call('/api/v1/me', { headers: maria.headers });
      expect(status).toBe(401);
      const path = '/api/v1/sessions/history?reason=bulk';
      const { body } = await scene.app.call(path, { headers: scene.admin.headers });
      expect(body).toMatchObject({
        sessions: [{ sessionId: maria.sessionId, endedBy: null, note: 'stolen laptop' }],
      });
      const stored = scene.app.workspace.db.collection('ws_audit');
      expect(await stored.find({ keys: `sessionId:${maria.sessionId}` }).toArray()).toEqual([
        expect.objectContaining({
          t: 'session.ended',
          actor: { type: 'user', useragent: 'npm run workspace' },
          data: expect.arrayContaining([
            { key: 'reason', value: 'bulk' },
            { key: 'route', value: 'workspace sessions revoke' },
            { key: 'note', value: 'stolen laptop' },
          ]) as unknown,
        }),
      ]);
    });

    it('ends thousands, each once, and may be repeated', async () => {
      const many = await scene.createMany(1100, { ip: '203.0.113.5' });
      const options = ['revoke', '--ip', '203.0.113.0/24', '--apply'];
      expect(await json(...options)).toEqual({ ended: 1100 });
      expect(await json(...options)).toEqual({ ended: 0 });
      const records = await scene.records();
      expect(many.map((id) => records.get(id)?.length)).toEqual(many.map(() => 1));
      expect(await scene.live()).toEqual([maria.sessionId, rod.sessionId].sort());
    });
  });

  it.each<[string[], RegExp]>([
    [[], /^Say "list" or "revoke"\.\nUsage: /],
    [['delete'], /^Say "list" or "revoke"\.\nUsage: /],
    [['revoke'], /^Say which sessions\.\nUsage: /],
    [['revoke', '--apply'], /^Say which sessions\.\nUsage: /],
    [['revoke', '--all', '--apply'], /^This command does not know one of the options\.\nUsage: /],
    [['revoke', '--host', 'x', '--confirm'], /^This command does not know one of the options/],
    [['list', '--reason', 'x'], /^This command does not know one of the options/],
    [['list', '--count', '0'], /^--count must be a whole number from 1 to 1000\.\n$/],
    [['list', '--count', '1e3'], /^--count must be/],
    [['revoke', '--ip', '10.0.0.0/33', '--apply'], /^--ip must match format "ip-or-cidr"\.\n$/],
    [['revoke', '--filter', '', '--apply'], /^--filter must NOT have fewer than 1 characters\.\n$/],
    [['revoke', '--login-before', 'now', '--apply'], /^--login-before must match format/],
    [['revoke', '--host', 'x', '--reason', 'a\nb', '--apply'], /^--reason must match pattern/],
    [
      ['revoke', '--filter', 'x', '--filter', 'a', '--apply'],
      /^An option is given twice\.\nUsage: /,
    ],
    [['revoke', '--host', 'x', 'y', '--apply'], /^One of the arguments belongs to no option\./],
  ])('refuses %j, and ends nothing', async (args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(await scene.live()).toHaveLength(2);
  });

  it.each([[['list']], [['revoke']], [['revoke', '--apply']]])(
    'says what is wrong with a block of too many addresses: %j',
    async (args) => {
      jest
        .spyOn(SelectedSessions.prototype, 'resolve')
        .mockRejectedValueOnce(new ApiError(TOO_MANY_ADDRESSES));
      expect(await run(...args, '--ip', '10.0.0.0/8')).toMatchObject({
        code: 1,
        stdout: '',
        stderr: '--ip must NOT match more than 200000 addresses.\n',
      });
    },
  );

  it('writes nothing when it only lists', async () => {
    const { db } = scene.app.workspace;
    const everything = async (): Promise<unknown> => {
      const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(
        ({ name }) => name,
      );
      return Promise.all(
        names.sort().map(async (name) => [name, await db.collection(name).countDocuments()]),
      );
    };
    const found = await everything();
    await json('list');
    await json('revoke', '--ip', '10.0.0.0/8');
    expect(await everything()).toEqual(found);
  });
});
