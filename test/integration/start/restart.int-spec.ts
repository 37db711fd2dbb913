import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedMongo } from '@workspace-sessions/embedded-mongo';
import { mongo } from 'mongoose';
import { PUBLISHED_SUCCESS } from '../../contract/published';
import { call } from '../../support/http';
import { ServiceProcess } from '../../support/service-process';

const run = promisify(execFile);
const DEMO_ADMINISTRATOR = 'aDmXw3kPq7RtYbN5s';

let directory: string;

beforeEach(() => {
  directory = join(fs.mkdtempSync(join(tmpdir(), 'restart-')), 'data');
});
afterEach(() => {
  fs.rmSync(directory, { recursive: true, force: true });
});

const start = (): Promise<ServiceProcess> => ServiceProcess.start({ EMBEDDED_DATA_DIR: directory });

const startDemo = async (): Promise<ServiceProcess> => {
  const service = await start();
  await service.untilPrinted(/^curl .*\n/m);
  return service;
};

const printed = (service: ServiceProcess, label: string): string =>
  new RegExp(`${label}: +(\\S+)`).exec(service.printed)?.[1] ?? '';

const headersOf = (service: ServiceProcess): Record<string, string> => ({
  'x-user-id': printed(service, 'X-User-Id'),
  'x-auth-token': printed(service, 'X-Auth-Token'),
});

const pasteCurl = async (service: ServiceProcess): Promise<string> => {
  const command = service.printed.split('\n').find((line) => line.startsWith('curl '));
  return (await run('bash', ['-c', command ?? 'false'], { cwd: '/' })).stdout;
};

/** Opens the data directory for a test while no service uses it. */
const inside = async (action: (db: mongo.Db) => Promise<void>): Promise<void> => {
  const engine = await startEmbeddedMongo({
    data: { directory, sync: 'always', report: () => undefined },
  });
  const client = await new mongo.MongoClient(engine.uri).connect();
  await action(client.db('workspace'));
  await client.close();
  await engine.stop();
};

describe('npm start, repeated', () => {
  it('resumes the demo after a restart and after a crash, each time with new credentials', async () => {
    const tokens = new Set<string>();
    const end = ['stop', 'kill', 'stop'] as const;
    for (const how of end) {
      const service = await startDemo();
      expect(service.printed).toContain(`keeps its data in ${directory}`);
      expect(await pasteCurl(service)).toBe(JSON.stringify(PUBLISHED_SUCCESS));
      tokens.add(printed(service, 'X-Auth-Token'));
      await service[how]();
    }
    expect(tokens.size).toBe(3);
  }, 90_000);

  it('keeps changes, and revokes what it printed before', async () => {
    const first = await startDemo();
    const login = await call(`${first.url}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resume: printed(first, 'X-Auth-Token') }),
    });
    expect(login.status).toBe(200);
    await first.stop();
    await inside(async (db) => {
      const users = db.collection<{ _id: string }>('users');
      const other = { when: new Date('2099-01-01'), hashedToken: 'of another login' };
      const token = { $push: { 'services.resume.loginTokens': other } } as mongo.UpdateFilter<{
        _id: string;
      }>;
      await users.updateOne({ _id: DEMO_ADMINISTRATOR }, token);
      await users.updateOne({ username: 'maria' }, { $set: { name: 'Maria Souza' } });
    });

    const second = await startDemo();
    const me = await call(`${second.url}/api/v1/me`, { headers: headersOf(first) });
    expect(me.status).toBe(401);
    expect((await call(`${second.url}/api/v1/me`, { headers: headersOf(second) })).status).toBe(
      200,
    );
    await second.stop();
    await inside(async (db) => {
      const maria = await db.collection('users').findOne({ username: 'maria' });
      expect(maria).toMatchObject({ name: 'Maria Souza' });
      const ada = await db.collection('users').findOne({ username: 'admin' });
      expect(JSON.stringify(ada)).toContain('of another login');
      expect(
        (ada?.services as { resume: { loginTokens: object[] } }).resume.loginTokens,
      ).toHaveLength(2);
      expect(await db.collection('users').countDocuments()).toBe(5);
      expect(await db.collection('rocketchat_sessions').countDocuments()).toBe(5);
    });
  }, 90_000);

  it('lets a locked-out administrator in again', async () => {
    const first = await startDemo();
    const path = '/api/v1/sessions/info.admin?sessionId=uBNL9dTjJ4s6Pjp4K';
    const ask = (code: string): ReturnType<typeof call> =>
      call(first.url + path, { headers: { ...headersOf(first), 'x-2fa-code': code } });
    for (let attempt = 0; attempt < 6; attempt++) await ask('000000');
    expect((await ask('000000')).status).toBe(429);
    await first.stop();
    const second = await startDemo();
    expect(await pasteCurl(second)).toBe(JSON.stringify(PUBLISHED_SUCCESS));
    await second.stop();
  }, 90_000);

  it('stores no usable credential in plain', async () => {
    const service = await startDemo();
    await service.stop();
    const journal = fs.readFileSync(join(directory, 'journal')).toString('latin1');
    expect(journal).not.toContain(printed(service, 'X-Auth-Token'));
    expect(journal).not.toContain(printed(service, 'password'));
  }, 60_000);

  it('seeds the demo again when the first start was interrupted', async () => {
    await inside(async (db) => {
      await db.collection<{ _id: string }>('ws_demo').insertOne({ _id: 'demo' });
      await db.collection<{ _id: string }>('rocketchat_roles').insertOne({ _id: 'admin' });
    });
    const service = await startDemo();
    expect(await pasteCurl(service)).toBe(JSON.stringify(PUBLISHED_SUCCESS));
    await service.stop();
  }, 60_000);

  it("serves a workspace of the user's own unchanged, without demo credentials", async () => {
    const user = { _id: 'owner', username: 'owner', active: true };
    await inside(async (db) => {
      await db.collection<{ _id: string }>('users').insertOne(user);
    });
    const service = await start();
    await service.untilPrinted(/there are no demo credentials/);
    expect(service.printed).not.toContain('X-Auth-Token');
    await service.stop();
    await inside(async (db) => {
      expect(await db.collection('users').find().toArray()).toEqual([user]);
      const names = (await db.listCollections().toArray()).map(({ name }) => name);
      expect(names.filter((name) => !name.startsWith('ws_'))).toEqual(['users']);
    });
  }, 60_000);

  it('refuses a damaged journal in plain words and leaves it untouched', async () => {
    await (await startDemo()).stop();
    const path = join(directory, 'journal');
    const bytes = fs.readFileSync(path);
    bytes.fill(0, 2000, 2010);
    fs.writeFileSync(path, bytes);
    const service = ServiceProcess.spawn({ EMBEDDED_DATA_DIR: directory });
    expect(await service.untilExit()).toBe(1);
    expect(service.printed).toContain('is damaged');
    expect(service.printed).toContain('Restore a copy of its directory');
    expect(fs.readFileSync(path).equals(bytes)).toBe(true);
  }, 60_000);
});

describe('two processes on one data directory', () => {
  it('lets one of them serve and the other say why it does not', async () => {
    const service = await start();
    const other = ServiceProcess.spawn({ EMBEDDED_DATA_DIR: directory });
    expect(await other.untilExit()).toBe(1);
    expect(other.printed).toContain(`The data directory ${directory} is in use by another process`);
    expect(other.printed).toContain('EMBEDDED_DATA_DIR');
    await service.stop();
  }, 60_000);

  it('lets exactly one of them serve when both start at once after a crash, five times', async () => {
    const starting = async (): Promise<ServiceProcess | undefined> => {
      const service = ServiceProcess.spawn({ EMBEDDED_DATA_DIR: directory });
      try {
        await service.untilPrinted(/listening on/);
        return service;
      } catch {
        expect(service.printed).toContain('is in use by another process');
        return undefined;
      }
    };
    for (let round = 0; round < 5; round++) {
      const started = await Promise.all([starting(), starting()]);
      const [winner, ...rest] = started.filter((service) => service !== undefined);
      expect(rest).toEqual([]);
      await winner?.kill();
    }
  }, 120_000);
});
