import { tmpdir } from 'node:os';
import { PassThrough } from 'node:stream';
import { mongo } from 'mongoose';
import { SystemClock } from '../../../src/common/clock/clock';
import { OWN_COLLECTIONS } from '../../../src/doctor/checks/rights.check';
import { examine } from '../../../src/doctor/examination';
import { TestApp } from '../../support/app';
import { callCommand } from '../../support/command';
import { CommandResult, runCommand } from '../../support/command-process';
import { openTestDatabase, REAL_MONGODB_URI } from '../../support/database';
import { FakeMongod } from '../../support/fake-mongod';
import { Mailbox } from '../../support/mailbox';
import { TestClock } from '../../support/test-clock';
import { TestUser } from '../../support/workspace';

const KEY = '3d'.repeat(32);
const DEMO_ADMINISTRATOR = 'aDmXw3kPq7RtYbN5s';

interface Finding {
  check: string;
  status: string;
  found: string;
  advice?: string;
}

let app: TestApp;
let mailbox: Mailbox;
let administrator: TestUser;
let db: mongo.Db;

beforeEach(async () => {
  app = await TestApp.start();
  mailbox = await Mailbox.open();
  administrator = await app.workspace.createUser({ roles: ['admin'] });
  await app.workspace.createSession({ userId: administrator.id });
  db = app.workspace.db;
}, 60_000);
afterEach(async () => {
  await mailbox.close();
  await app.close();
});

const envOf = (): Record<string, string> => ({
  NODE_ENV: 'production',
  MONGODB_URI: app.databaseUri,
  SMTP_URL: mailbox.url,
});
const doctor = (env = envOf(), by: typeof runCommand = callCommand): Promise<CommandResult> =>
  by('doctor', { args: ['--json'], env });
const findingsOf = ({ stdout }: CommandResult): Finding[] =>
  (JSON.parse(stdout) as { findings: Finding[] }).findings;
const findingOf = (result: CommandResult, name: string): Finding | undefined =>
  findingsOf(result).find(({ check }) => check === name);
const notOk = (result: CommandResult): string[] =>
  findingsOf(result)
    .filter(({ status }) => status !== 'ok')
    .map(({ check, status }) => `${status} ${check}`);

/** All documents and indexes, which the doctor must leave unchanged. */
const everything = async (): Promise<unknown> => {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  return Promise.all(
    collections
      .map(({ name }) => name)
      .sort()
      .map(async (name) => [
        name,
        await db.collection(name).find().toArray(),
        await db.collection(name).indexes(),
      ]),
  );
};

/** The tests run on a single server without access control, and the embedded engine has no change streams. */
const OF_THE_ENGINE = REAL_MONGODB_URI
  ? ['warn rights', 'warn replication']
  : ['skip rights', 'warn replication', 'warn session-index'];

const store = async (collection: string, document: { _id: string }): Promise<void> => {
  await db.collection<{ _id: string }>(collection).insertOne(document);
};

describe('workspace -- doctor', () => {
  it('finds no failure in a healthy workspace, changes nothing and discloses no user', async () => {
    const before = await everything();
    const result = await doctor(envOf(), runCommand);
    expect(notOk(result)).toEqual(OF_THE_ENGINE);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(findingOf(result, 'permissions')?.found).toContain('admin (1 active)');
    expect(findingOf(result, 'totp-secrets')?.found).toContain('1 users: 0 encrypted');
    expect(await everything()).toEqual(before);
    expect(mailbox.mails).toEqual([]);
    for (const text of [administrator.id, administrator.secret, 'example.com']) {
      expect(result.printed).not.toContain(text);
    }
  });

  it('prints the same findings as text and exits with 0', async () => {
    const { code, stdout } = await callCommand('doctor', { env: envOf() });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {4}versions +Workspace Sessions \d/);
    expect(stdout).toMatch(/^ok {4}mail +the mail server accepts/m);
    expect(stdout).toMatch(
      REAL_MONGODB_URI ? /\n\n13 ok, 2 warn\n$/ : /\n\n12 ok, 2 warn, 1 skip\n$/,
    );
  });

  it('names a missing index and the command that creates it', async () => {
    await db.collection('users').dropIndex('username_1');
    const result = await doctor();
    expect(result.code).toBe(1);
    expect(findingOf(result, 'indexes')).toMatchObject({
      status: 'fail',
      found: "11 of 12 of the workspace's indexes are there; missing: users (username)",
      advice: expect.stringContaining('npm run workspace -- indexes --apply') as string,
    });
  });

  it('names the rights that the database user lacks, and no user', async () => {
    const authInfo = {
      authenticatedUsers: [{ user: 'hunter2', db: 'admin' }],
      authenticatedUserPrivileges: [
        { resource: { db: 'chat', collection: '' }, actions: ['find', 'listIndexes'] },
      ],
    };
    const { port } = await FakeMongod.start({ connectionStatus: { ok: 1, authInfo } });
    const MONGODB_URI = `mongodb://127.0.0.1:${port}/chat`;
    const result = await doctor({ ...envOf(), MONGODB_URI });
    expect(result.code).toBe(1);
    const rights = findingOf(result, 'rights');
    expect(rights?.status).toBe('fail');
    expect(rights?.found).toContain('update on users; insert, update on rocketchat_sessions; ');
    expect(result.printed).not.toContain('hunter2');
  });

  it('names the role to grant when the database user may not follow changes', async () => {
    const aggregate = { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'hunter2' };
    const { port } = await FakeMongod.start({ aggregate });
    const result = await doctor({ ...envOf(), MONGODB_URI: `mongodb://127.0.0.1:${port}/chat` });
    expect(findingOf(result, 'session-index')).toMatchObject({
      status: 'warn',
      found: expect.stringContaining('may not follow changes') as string,
      advice: expect.stringContaining('readWrite') as string,
    });
    expect(result.printed).not.toContain('hunter2');
  });

  it('fails when the database wants a user, and MONGODB_URI names none', async () => {
    const connectionStatus = { ok: 1, authInfo: { authenticatedUsers: [] } };
    const find = { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'hunter2' };
    const { port } = await FakeMongod.start({ connectionStatus, find });
    const result = await doctor({ ...envOf(), MONGODB_URI: `mongodb://127.0.0.1:${port}/chat` });
    expect(findingOf(result, 'rights')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('lacks a right (Unauthorized)') as string,
    });
  });

  it("knows every collection of the service's own", async () => {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray())
      .map(({ name }) => name)
      .filter((name) => name.startsWith('ws_'));
    expect(names.sort()).toEqual(OWN_COLLECTIONS);
  });

  it('names an own collection that grows without bound', async () => {
    await db.collection('ws_second_factors').dropIndexes();
    const result = await doctor();
    expect(notOk(result)).toContain('fail own-indexes');
    expect(findingOf(result, 'own-indexes')?.found).toContain('ws_second_factors');
  });

  it('fails when the permissions are missing', async () => {
    await db.collection('rocketchat_permissions').deleteMany({});
    const result = await doctor();
    expect(result.code).toBe(1);
    expect(findingOf(result, 'permissions')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('view-device-management, logout-device-management') as string,
    });
  });

  it('counts holders of permissions who have no second factor or are not active', async () => {
    await app.workspace.createUser({ roles: ['admin'], totp: false });
    expect(findingOf(await doctor(), 'permissions')).toMatchObject({
      status: 'warn',
      found: expect.stringContaining('(2 active); 1 of the holders') as string,
    });
    await db.collection('users').updateMany({}, { $set: { active: false } });
    expect(findingOf(await doctor(), 'permissions')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('no active user holds') as string,
    });
  });

  it('counts TOTP secrets that no key decrypts', async () => {
    const sealing = await app.another({ TOTP_ENCRYPTION_KEYS: KEY });
    const secret = 'sealed.v1.00000000.AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA';
    await db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: administrator.id }, { $set: { 'services.totp.secret': secret } });
    await sealing.close();
    const result = await doctor({ ...envOf(), TOTP_ENCRYPTION_KEYS: KEY });
    expect(findingOf(result, 'totp-secrets')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('1 of the encrypted ones cannot be decrypted') as string,
    });
    expect(result.printed).not.toContain(secret);
    expect(result.printed).not.toContain(KEY);
  });

  it('finds demo credentials, which keep the service from starting', async () => {
    await store('users', { _id: DEMO_ADMINISTRATOR, services: { password: {} } } as {
      _id: string;
    });
    expect(findingOf(await doctor(), 'demo')).toMatchObject({
      status: 'fail',
      advice: expect.stringContaining('revoke-demo --apply') as string,
    });
  });

  it('says why no mail can be sent, and checks the rest', async () => {
    await mailbox.close();
    const SMTP_URL = mailbox.url.replace('smtp://', 'smtp://user:hunter2@');
    const result = await doctor({ ...envOf(), SMTP_URL });
    expect(notOk(result)).toEqual(['fail mail', ...OF_THE_ENGINE]);
    expect(findingOf(result, 'mail')?.found).toContain('"code":"ESOCKET"');
    expect(result.code).toBe(1);
    expect(result.printed).not.toContain('hunter2');
  });

  it('reports an unreachable database once, and skips the checks that need it', async () => {
    const MONGODB_URI = 'mongodb://user:hunter2@127.0.0.1:9/chat';
    const result = await doctor({ ...envOf(), MONGODB_URI, DATABASE_TIMEOUT_MS: '200' });
    const [versions, configuration, mail, database, ...others] = findingsOf(result);
    expect([versions, configuration, mail].map((finding) => finding?.status)).toEqual(['ok', 'ok', 'ok']); // prettier-ignore
    expect(database).toMatchObject({ check: 'database', status: 'fail' });
    expect(database?.found).toContain('ECONNREFUSED');
    expect(others).toHaveLength(11);
    for (const { status } of others) expect(status).toBe('skip');
    expect(result.code).toBe(1);
    expect(result.printed).not.toContain('hunter2');
  });

  it('names what is invalid in the configuration, and no value', async () => {
    const result = await doctor({ ...envOf(), PORT: 's3cret', MAIL_FROM: 's3cret' });
    expect(result.code).toBe(1);
    expect(findingOf(result, 'configuration')?.found).toMatch(/PORT must be .*\n.*MAIL_FROM must/);
    expect(notOk(result)).toHaveLength(14);
    expect(result.printed).not.toContain('s3cret');
  });

  it('compares the clocks of the service and the database', async () => {
    const clock = new TestClock();
    const io = {
      env: envOf(),
      folder: tmpdir(),
      stdin: new PassThrough(),
      stdout: new PassThrough(),
      stderr: new PassThrough(),
    };
    const statusAt = async (aheadSeconds: number): Promise<string | undefined> => {
      clock.set(new Date(new SystemClock().now().getTime() + aheadSeconds * 1000));
      const findings = await examine(io, clock);
      return findings.find(({ check }) => check === 'clock')?.status;
    };
    expect(await statusAt(0)).not.toBe('fail');
    expect(await statusAt(20)).toBe('warn');
    expect(await statusAt(-60)).toBe('fail');
  });

  it('reports a database without a workspace', async () => {
    const empty = await openTestDatabase();
    const result = await doctor({ ...envOf(), MONGODB_URI: empty.uri });
    expect(findingOf(result, 'collections')?.found).toBe('the database holds no workspace');
    expect(result.code).toBe(1);
    expect(await empty.db.listCollections().toArray()).toEqual([]);
    await empty.close();
  });
});
