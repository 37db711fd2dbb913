import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../support/command-process';
import { FakeMongod } from '../../support/fake-mongod';
import { ServiceProcess } from '../../support/service-process';

const REFUSED = { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'hunter2 may not do that' };
const WRONG_PASSWORD = { ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'hunter2' };
/** Warnings may precede the refusal. */
const WARNING = /^.*\bWARN\b.*\n/gm;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'refusals-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Starts a service that must refuse, and returns the single line that it prints. */
const refusal = async (env: Record<string, string>, cwd?: string): Promise<string> => {
  const service = ServiceProcess.spawn(env, cwd);
  expect(await service.untilExit()).toBe(1);
  return oneLine(service.printed);
};

const oneLine = (printed: string): string => {
  const said = printed.replace(WARNING, '');
  expect(said).toMatch(/^.+\n$/);
  expect(printed).not.toMatch(/hunter2|X-Auth-Token|^ +at /m);
  return said;
};

describe('service that cannot start', () => {
  it('says in one line that the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const said = await refusal({ PORT: String(port) });
    expect(said).toContain(`Port ${port} is in use on 127.0.0.1`);
    await new Promise((resolve) => other.close(resolve));
  }, 60_000);

  it('says in one line that the data directory is not a directory', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await refusal({ EMBEDDED_DATA_DIR: file })).toContain(`${file} cannot be used (EEXIST)`);
  }, 60_000);

  it('says in one line that it lacks the right to create the indexes of the ws_ collections', async () => {
    const { port } = await FakeMongod.start({ createIndexes: REFUSED });
    const said = await refusal({ MONGODB_URI: `mongodb://127.0.0.1:${port}/chat` });
    expect(said).toContain('lacks a right (Unauthorized)');
    expect(said).toContain('ws_, their indexes included');
  }, 60_000);

  it('says in one line, at once, that the password is wrong', async () => {
    const { port } = await FakeMongod.start({ saslStart: WRONG_PASSWORD, ping: WRONG_PASSWORD });
    const MONGODB_URI = `mongodb://user:hunter2@127.0.0.1:${port}/chat`;
    const said = await refusal({ MONGODB_URI, STARTUP_TIMEOUT_SECONDS: '3600' });
    expect(said).toContain('the user name or the password in MONGODB_URI');
  }, 60_000);

  it('says in one line, at once, that the address is invalid', async () => {
    const MONGODB_URI = 'mongodb://user:hunter2@db.invalid/chat?poolSize=10';
    const said = await refusal({ MONGODB_URI, STARTUP_TIMEOUT_SECONDS: '3600' });
    expect(said).toContain('MONGODB_URI is wrong');
    expect(said).toContain('poolSize');
  }, 60_000);
});

describe('.env that is not plain UTF-8', () => {
  const withFile = (name: string, bytes: Buffer): string => {
    const cwd = mkdtempSync(join(folder, name));
    writeFileSync(join(cwd, '.env'), bytes);
    return cwd;
  };

  it('chooses production even with a byte order mark', async () => {
    const cwd = withFile('mark', Buffer.from('\ufeffNODE_ENV=production\r\n'));
    expect(await refusal({}, cwd)).toContain('MONGODB_URI must be set in production');
  }, 60_000);

  it('starts neither the demo nor a command in UTF-16', async () => {
    const text = '\ufeffMONGODB_URI=mongodb://user:hunter2@127.0.0.1:9/chat\r\n';
    const cwd = withFile('utf16', Buffer.from(text, 'utf16le'));
    expect(await refusal({}, cwd)).toContain('.env cannot be read: it is not UTF-8');
    const { code, printed } = await runCommand('indexes', { cwd });
    expect(code).toBe(1);
    expect(oneLine(printed)).toContain('.env cannot be read: it is not UTF-8');
  }, 60_000);
});

it('prints the same single line when a command cannot start', async () => {
  const { port } = await FakeMongod.start({ listIndexes: REFUSED });
  const { code, printed } = await runCommand('indexes', {
    env: { MONGODB_URI: `mongodb://127.0.0.1:${port}/chat` },
  });
  expect(code).toBe(1);
  expect(oneLine(printed)).toContain('lacks a right (Unauthorized)');
}, 60_000);
