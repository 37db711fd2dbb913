import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from './configuration-error';
import { readEnvironmentFile } from './environment-file';
import { readConfiguration } from './read-configuration';

const URI = 'mongodb://user:hunter2@db.example.com/chat';
const BOM = '\ufeff';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'environment-'));
  file = join(folder, '.env');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

const refusal = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('It was taken.');
};

describe('readEnvironmentFile', () => {
  it.each([
    ['plain', `MONGODB_URI=${URI}\nPORT=8080\n`],
    ['with a byte order mark', `${BOM}MONGODB_URI=${URI}\nPORT=8080\n`],
    ['of Windows', `${BOM}MONGODB_URI=${URI}\r\nPORT=8080\r\n`],
    ['of an old Mac', `# the database\rMONGODB_URI=${URI}\rPORT=8080`],
    [
      'for a shell, with comments',
      `# ä\n\n export MONGODB_URI='${URI}' # db\n\tPORT = "8080"   \n  # end`,
    ],
  ])('reads a file %s', (_case, text) => {
    writeFileSync(file, text);
    expect(readEnvironmentFile(folder)).toEqual({ MONGODB_URI: URI, PORT: '8080' });
  });

  it('reads nothing when the file is missing or empty', () => {
    expect(readEnvironmentFile(folder)).toEqual({});
    writeFileSync(file, '');
    expect(readEnvironmentFile(folder)).toEqual({});
  });

  it.each([
    ['UTF-16 with its mark', Buffer.from(`${BOM}MONGODB_URI=${URI}\n`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(`MONGODB_URI=${URI}\n`, 'utf16le')],
    ['big-endian UTF-16', utf16be(`${BOM}MONGODB_URI=${URI}\n`)],
    ['big-endian UTF-16 without a mark', utf16be(`MONGODB_URI=${URI}\n`)],
    ['Latin 1', Buffer.from(`# für den Chat\nMONGODB_URI=${URI}\n`, 'latin1')],
    ['a NUL', Buffer.from(`PORT=1\0\nMONGODB_URI=${URI}\n`)],
    [
      'an incomplete character',
      Buffer.concat([Buffer.from(`MONGODB_URI=${URI}`), Buffer.from([0xc3])]),
    ],
    ['a surrogate', Buffer.from([0x23, 0xed, 0xa0, 0x80])],
    ['a non-breaking space', Buffer.from(`\u00a0MONGODB_URI=${URI}\n`)],
    ['a zero-width character', Buffer.from(`\u200bMONGODB_URI=${URI}\n`)],
    ['a byte order mark within', Buffer.from(`PORT=1\n${BOM}MONGODB_URI=${URI}\n`)],
    ['two byte order marks', Buffer.from(`${BOM}${BOM}MONGODB_URI=${URI}\n`)],
    ['a Unicode line separator', Buffer.from(`# db\u2028MONGODB_URI=${URI}\n`)],
    ['a page break', Buffer.from(`# db\fMONGODB_URI=${URI}\n`)],
    ['a colon', Buffer.from(`MONGODB_URI: ${URI}\n`)],
    ['a Windows command', Buffer.from(`set MONGODB_URI=${URI}\n`)],
    ['no name', Buffer.from(`=1\nMONGODB_URI=${URI}\n`)],
    ['an open quotation mark', Buffer.from(`MAIL_FROM="Chat\nMONGODB_URI="${URI}"\n`)],
    ['an open quotation mark at its end', Buffer.from(`MONGODB_URI='${URI}`)],
    ['no value', Buffer.from(`MONGODB_URI\n`)],
  ])('refuses a file with %s in one line and without showing a value', (_case, bytes) => {
    writeFileSync(file, bytes);
    const message = refusal(() => readEnvironmentFile(folder));
    expect(message).toMatch(/^The file \.env cannot be read: .+\.$/);
    expect(message).not.toContain('\n');
    expect(message).not.toContain('hunter2');
  });

  it('refuses a folder and a dangling link', () => {
    mkdirSync(file);
    expect(refusal(() => readEnvironmentFile(folder))).toContain('EISDIR');
    rmSync(file, { recursive: true });
    symlinkSync(join(folder, 'nothing'), file);
    expect(refusal(() => readEnvironmentFile(folder))).toContain('ENOENT');
  });
});

describe('readConfiguration', () => {
  it('takes from the file what the environment leaves open, and sets it there', () => {
    writeFileSync(file, `MONGODB_URI=${URI}\nPORT=1\nNODE_ENV=production\nHOST=10.0.0.1\n`);
    const env: NodeJS.ProcessEnv = { PORT: '2', NODE_ENV: ' ' };
    expect(readConfiguration(env, folder)).toMatchObject({
      database: { uri: URI },
      http: { port: 2, host: '10.0.0.1' },
      environment: { name: 'production' },
    });
    expect(env.NODE_ENV).toBe('production');
  });

  it('refuses to start when the environment empties the address that the file gives', () => {
    writeFileSync(file, `MONGODB_URI=${URI}\n`);
    expect(refusal(() => readConfiguration({ MONGODB_URI: '' }, folder))).toContain(
      'MONGODB_URI is set, but empty',
    );
  });

  it('refuses an address under another name', () => {
    writeFileSync(file, `WORKSPACE=${URI}\n`);
    expect(refusal(() => readConfiguration({}, folder))).toContain('WORKSPACE is not read');
    const { database } = readConfiguration({ WORKSPACE: URI }, mkdtempSync(join(folder, 'x')));
    expect(database.uri).toBeUndefined();
  });

  it.each([
    '.env.txt',
    '.ENV',
    '.env.local',
    '.env.production',
    '.env.prod',
    '.env (1)',
    '.env.bak',
  ])('refuses the demo beside %s, but not a database', (name) => {
    writeFileSync(join(folder, name), '');
    expect(refusal(() => readConfiguration({}, folder))).toContain(`There is no .env, but ${name}`);
    expect(readConfiguration({ MONGODB_URI: URI }, folder).database.uri).toBe(URI);
  });

  it('starts the demo beside files that are not a .env', () => {
    for (const name of ['.env.example', '.envrc', 'env', '.environment', '.env.test']) {
      writeFileSync(join(folder, name), `MONGODB_URI=${URI}`);
    }
    expect(readConfiguration({}, folder).database.uri).toBeUndefined();
  });
});
