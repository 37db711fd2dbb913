import { mongo } from 'mongoose';
import { loadConfiguration } from '../../../src/config/configuration';
import { BackupCodeHasher } from '../../../src/two-factor/secrets/backup-code.hasher';
import { SecretRotation } from '../../../src/workspace-admin/secret-rotation/secret-rotation.service';
import { TotpSecretCipher } from '../../../src/two-factor/secrets/totp-secret.cipher';
import { TotpSecretsRepository } from '../../../src/workspace-data/users/totp-secrets.repository';
import { TestApp } from '../../support/app';
import { callCommand } from '../../support/command';
import { CommandResult, runCommand } from '../../support/command-process';
import { TOTP_INVALID } from '../../support/expectations';
import { TestUser } from '../../support/workspace';

const [OLD, NEW, LOST] = ['0a'.repeat(32), '1b'.repeat(32), '2c'.repeat(32)];
const NEWEST_FIRST = `${NEW},${OLD}`;

interface StoredUser {
  _id: string;
  services: { totp: { secret?: unknown; tempSecret?: unknown; hashedBackup?: string[] } };
}

const sealWith = (TOTP_ENCRYPTION_KEYS: string): TotpSecretCipher =>
  new TotpSecretCipher(loadConfiguration({ TOTP_ENCRYPTION_KEYS }).encryption);

const hasherWith = (TOTP_ENCRYPTION_KEYS: string): BackupCodeHasher =>
  new BackupCodeHasher(loadConfiguration({ TOTP_ENCRYPTION_KEYS }).encryption);
const hashesOf = (users: StoredUser[]): string[] =>
  users.flatMap(({ services }) => services.totp.hashedBackup ?? []).filter((h) => h !== 'plain');

describe('workspace -- reseal', () => {
  let app: TestApp;
  let users: mongo.Collection<StoredUser>;

  beforeEach(async () => {
    app = await TestApp.start({ TOTP_ENCRYPTION_KEYS: NEWEST_FIRST });
    users = app.workspace.db.collection<StoredUser>('users');
  });
  afterEach(() => app.close());

  const reseal = (
    args: string[] = [],
    keys = NEWEST_FIRST,
    by: typeof runCommand = callCommand,
  ): Promise<CommandResult> =>
    by('reseal', {
      args,
      env: { MONGODB_URI: app.databaseUri, TOTP_ENCRYPTION_KEYS: keys },
    });
  /** Creates a user whose secrets are stored in this form. */
  const createUser = async (
    id: string,
    form: (secret: string) => object = (secret) => ({ secret: sealWith(OLD).encrypt(id, secret) }),
  ): Promise<TestUser> => {
    const user = await app.workspace.createUser({ id });
    const totp = { enabled: true, hashedBackup: ['hash'], ...form(user.secret) };
    await users.updateOne({ _id: id }, { $set: { 'services.totp': totp } });
    return user;
  };
  /** Adds users without a second factor, of whom a large workspace has many. */
  const addUsers = async (count: number): Promise<void> => {
    const people = Array.from({ length: count }, (_, n) => {
      const name = `user${String(n)}`;
      return {
        _id: name,
        username: name,
        emails: [{ address: `${name}@example.com` }],
        services: { resume: { loginTokens: [{ hashedToken: `hash of ${name}` }] } },
      };
    });
    await app.workspace.db.collection<{ _id: string }>('users').insertMany(people);
  };
  const documents = (): Promise<StoredUser[]> => users.find().sort({ _id: 1 }).toArray();
  const totpOf = async (id: string): Promise<StoredUser['services']['totp'] | undefined> =>
    (await users.findOne({ _id: id }))?.services.totp;
  const secretOf = async (id: string): Promise<string> => String((await totpOf(id))?.secret);
  const isServed = async (user: TestUser, by: TestApp): Promise<boolean> => {
    const answer = await by.infoAdminAs(user, 'none');
    if (answer.status !== 404) expect(answer).toMatchObject(TOTP_INVALID);
    return answer.status === 404;
  };

  it('shows what it finds, changes it only with --apply, and then finds nothing to do', async () => {
    const user = await createUser('old');
    await createUser('new', (secret) => ({ secret: sealWith(NEW).encrypt('new', secret) }));
    await createUser('plain', (secret) => ({ secret }));
    await app.workspace.createUser({ id: 'none', totp: false });
    const before = await documents();

    const shown = await reseal();
    expect(shown).toMatchObject({
      code: 0,
      printed: `4 users. Of their TOTP secrets:
  1 is sealed with the first key already
  1 would be changed with --apply
  1 plain, left alone
Nothing has been changed.
`,
    });
    expect(await documents()).toEqual(before);

    const applied = await reseal(['--apply']);
    expect(applied.code).toBe(0);
    expect(applied.printed).toContain('1 changed now');
    const sealed = await secretOf('old');
    expect(sealWith(NEW).decrypt('old', sealed)).toBe(user.secret);
    // Nothing else has changed, neither for this user nor for another.
    const [mine] = before.filter(({ _id }) => _id === 'old');
    if (mine) mine.services.totp.secret = sealed;
    expect(await documents()).toEqual(before);

    const again = await reseal(['--apply']);
    expect(again.printed).toContain('2 are sealed with the first key already\n  0 changed now');
    expect(await documents()).toEqual(before);
  });

  it('prints no secret, sealed or not, and no key', async () => {
    const user = await createUser('old');
    const lost = await createUser('lost', (secret) => ({
      secret: sealWith(LOST).encrypt('lost', secret),
    }));
    const texts = [user.secret, lost.secret, await secretOf('old'), await secretOf('lost')];
    const printed = (await reseal(['--apply'])).printed + (await reseal(['--unseal'])).printed;
    for (const text of [...texts, await secretOf('old'), OLD, NEW, LOST]) {
      expect(printed).not.toContain(text);
    }
  });

  it('seals the current secret and the one being enrolled in one statement', async () => {
    const seal = sealWith(OLD);
    const user = await createUser('both', (secret) => ({
      secret: seal.encrypt('both', secret),
      tempSecret: seal.encrypt('both', 'JBSWY3DPEHPK3PXP'),
    }));
    expect((await reseal(['--apply'])).printed).toContain('2 changed now');
    const { secret, tempSecret } = (await totpOf('both')) ?? {};
    expect(sealWith(NEW).decrypt('both', String(secret))).toBe(user.secret);
    expect(sealWith(NEW).decrypt('both', String(tempSecret))).toBe('JBSWY3DPEHPK3PXP');
  });

  it('seals plain secrets with --plain, and the old ones too', async () => {
    const plain = await createUser('plain', (secret) => ({ secret }));
    await createUser('enrolling', (tempSecret) => ({ enabled: false, tempSecret }));
    const old = await createUser('old');
    const odd = { secret: '', tempSecret: 7 };
    await createUser('odd', () => odd);
    expect((await reseal(['--plain'])).printed).toContain('3 would be changed');
    expect((await reseal(['--plain', '--apply'])).code).toBe(0);
    expect(sealWith(NEW).decrypt('plain', await secretOf('plain'))).toBe(plain.secret);
    expect(await totpOf('enrolling')).toEqual({
      enabled: false,
      hashedBackup: ['hash'],
      tempSecret: expect.stringMatching(/^sealed\.v1\./) as string,
    });
    // Values that are not secrets stay as they are.
    expect(await totpOf('odd')).toMatchObject(odd);
    for (const user of [plain, old]) expect(await isServed(user, app)).toBe(true);
  });

  describe('backup codes that are bound to a key', () => {
    const KEYS = [OLD, NEW, LOST];
    const nameOf = (key: string): string => hasherWith(key).hash('', '').split('.')[2] ?? '';
    const lineOf = (printed: string, key: string): string | undefined =>
      printed.split('\n').find((line) => line.includes(`under key ${nameOf(key)}`));
    const HEADING = 'Backup codes, which are stored as hashes';

    /** Creates a user with two codes under each of these keys and a plain one. */
    const createOwner = (id: string, keys: string[]): Promise<TestUser> =>
      createUser(id, (secret) => ({
        secret,
        hashedBackup: [
          'plain',
          ...keys.flatMap((key) => ['a', 'b'].map((code) => hasherWith(key).hash(id, code))),
        ],
      }));

    it('lists the codes that will stop working without the old key, and those that already do not', async () => {
      await createOwner('first', KEYS);
      await createOwner('second', [OLD]);
      const before = await documents();
      for (const args of [[], ['--apply'], ['--plain']]) {
        const { code, printed } = await reseal(args);
        expect(code).toBe(0);
        expect(printed).toContain(HEADING);
        expect(lineOf(printed, NEW)).toBeUndefined();
        expect(lineOf(printed, OLD)).toMatch(/4 of 2 users .*work until that key is removed/);
        expect(lineOf(printed, LOST)).toMatch(/2 of 1 user .*do not work/);
        expect(printed).toContain('users.regenerateTotpCodes');
        for (const secret of [...KEYS, ...hashesOf(before)]) expect(printed).not.toContain(secret);
      }
      expect(await documents()).toEqual(before);
    });

    it('lists all keyed codes before --unseal, because hashes cannot be turned into plain ones', async () => {
      await createOwner('first', KEYS);
      const { code, printed } = await reseal(['--unseal', '--apply']);
      expect(code).toBe(0);
      for (const key of [OLD, NEW])
        expect(lineOf(printed, key)).toMatch(/2 of 1 user .*made plain/);
      expect(lineOf(printed, LOST)).toMatch(/2 of 1 user .*do not work/);
    });

    it('prints nothing about codes that are plain or under the first key', async () => {
      await createOwner('first', [NEW]);
      await createOwner('second', []);
      expect((await reseal()).printed).not.toContain('Backup codes');
    });
  });

  it('makes all secrets plain with --unseal, for programs that do not know sealed ones', async () => {
    const made = await Promise.all([
      createUser('old'),
      createUser('new', (secret) => ({ secret: sealWith(NEW).encrypt('new', secret) })),
      createUser('plain', (secret) => ({ secret })),
    ]);
    expect((await reseal(['--unseal', '--apply'])).printed).toContain(
      '1 is plain already\n  2 changed now',
    );
    const without = await app.another();
    for (const user of made) {
      expect(await secretOf(user.id)).toBe(user.secret);
      expect(await isServed(user, without)).toBe(true);
    }
  });

  it('leaves secrets that it cannot open, names their users, seals the rest, and fails', async () => {
    const seal = sealWith(OLD);
    await createUser('fine');
    await createUser('lost', (secret) => ({ secret: sealWith(LOST).encrypt('lost', secret) }));
    await createUser('copied', (secret) => ({ secret: seal.encrypt('fine', secret) }));
    await createUser('torn', () => ({ secret: 'sealed.v1.' }));
    const before = await documents();
    const { code, printed } = await reseal(['--plain', '--apply']);
    expect(code).toBe(1);
    expect(printed).toMatch(/secret of user "lost" cannot be opened: .*lacks its key, \w{8}\./);
    expect(printed).toMatch(/secret of user "copied" cannot be opened: .*for another user/);
    expect(printed).toMatch(/secret of user "torn" cannot be opened: .*does not know its format/);
    expect(printed).toContain('3 cannot be opened (named above) and stay as they are.');
    expect(printed).toContain('1 changed now');
    const others = ({ _id }: StoredUser): boolean => _id !== 'fine';
    expect((await documents()).filter(others)).toEqual(before.filter(others));
    expect((await reseal(['--unseal', '--apply'])).code).toBe(1);
    expect((await documents()).filter(others)).toEqual(before.filter(others));
  });

  it('rotates keys while every user is served without a refusal, and makes the old key dispensable', async () => {
    const made = await Promise.all(
      Array.from({ length: 60 }, (_, n) => createUser(`user${String(n)}`)),
    );
    const progress = { rounds: 0, isOver: false };
    const command = reseal(['--apply'], NEWEST_FIRST, runCommand).finally(
      () => (progress.isOver = true),
    );
    for (; !progress.isOver; progress.rounds++) {
      const served = await Promise.all(made.map((user) => isServed(user, app)));
      expect(served).not.toContain(false);
      app.clock.advance({ seconds: 30 });
    }
    expect(await command).toMatchObject({ code: 0 });
    expect(progress.rounds).toBeGreaterThan(1);

    const after = await app.another({ TOTP_ENCRYPTION_KEYS: NEW });
    const before = await app.another({ TOTP_ENCRYPTION_KEYS: OLD });
    for (const user of made) {
      expect(await isServed(user, after)).toBe(true);
    }
    for (const user of made.slice(0, 3)) {
      expect(await isServed(await app.workspace.addLogin(user), before)).toBe(false);
    }
  });

  it('writes each secret once when two run at once', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, n) => createUser(`user${String(n)}`)));
    const results = await Promise.all(
      [1, 2].map(() => reseal(['--apply'], NEWEST_FIRST, runCommand)),
    );
    const written = results.map(({ printed }) => Number(/(\d+) changed now/.exec(printed)?.[1]));
    expect((written[0] ?? 0) + (written[1] ?? 0)).toBe(200);
    expect((await reseal()).printed).toContain('200 are sealed with the first key already');
  });

  describe('concurrent changes of a secret', () => {
    const run = (): ReturnType<SecretRotation['run']> =>
      app.app
        .get(SecretRotation, { strict: false })
        .run({ goal: 'sealed', apply: true, print: () => undefined });

    it('leaves a secret that has just been written by others, and counts it', async () => {
      await createUser('fast', (secret) => ({
        secret: sealWith(OLD).encrypt('fast', secret),
        tempSecret: sealWith(OLD).encrypt('fast', secret),
      }));
      const stored = app.app.get(TotpSecretsRepository, { strict: false });
      const rewrite = stored.rewrite.bind(stored);
      const meanwhile = jest.spyOn(stored, 'rewrite').mockImplementationOnce(async (...args) => {
        await users.updateOne({ _id: 'fast' }, { $set: { 'services.totp.tempSecret': 'theirs' } });
        return rewrite(...args);
      });
      const before = await secretOf('fast');
      expect(await run()).toMatchObject({ users: 1, changed: 0, overtaken: 2 });
      expect(await totpOf('fast')).toMatchObject({ secret: before, tempSecret: 'theirs' });
      meanwhile.mockRestore();
      expect(await run()).toMatchObject({ changed: 1, plain: 1, overtaken: 0 });
    });

    it('reads one batch at a time in the order of _id, and sends no other statement', async () => {
      await addUsers(1200);
      const commands = await app.commandsDuring(run);
      expect(commands.map(({ commandName }) => commandName)).toEqual([
        'find',
        'getMore',
        'getMore',
      ]);
      const [{ filter, sort, batchSize } = {}] = commands.map(({ command }) => command);
      expect([filter, sort, batchSize]).toEqual([{}, new Map([['_id', 1]]), 500]);
    });
  });

  it('reports its progress', async () => {
    await addUsers(10_001);
    const { printed } = await reseal();
    expect(printed).toContain('10000 users so far\n');
    expect(printed).toContain('10001 users. Of their');
  });

  it.each([
    [['--aply'], 'does not know'],
    [['all'], 'belongs to no option'],
    [['--plain', '--unseal'], 'choose one'],
  ])('refuses %j', async (args, words) => {
    await createUser('old');
    const before = await documents();
    const { code, printed } = await reseal([...args, '--apply']);
    expect(code).toBe(1);
    expect(printed).toContain(words);
    expect(await documents()).toEqual(before);
  });

  it('refuses to run without keys, and with invalid ones without showing them', async () => {
    const none = await reseal(['--apply'], '');
    expect(none.code).toBe(1);
    expect(none.printed).toContain('TOTP_ENCRYPTION_KEYS is not set');
    const wrong = await reseal(['--apply'], 's3cret');
    expect(wrong.code).toBe(1);
    expect(wrong.printed).toContain('TOTP_ENCRYPTION_KEYS must be');
    expect(wrong.printed).not.toContain('s3cret');
  });
});
