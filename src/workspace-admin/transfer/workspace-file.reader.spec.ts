import { createHash } from 'node:crypto';
import { OperatorError } from '../../common/errors/operator-error';
import { MAX_LINE_BYTES } from './workspace-file';
import { readWorkspaceFile } from './workspace-file.reader';

const HEADER = JSON.stringify({
  header: {
    format: 'workspace-sessions',
    version: 1,
    exportedAt: { $date: '2026-11-23T00:00:00Z' },
    database: 'chat',
    collections: ['rocketchat_roles', 'ws_second_factors', 'users'],
  },
});
const SECRET = 's3cret';
const collection = (name: string, indexes: unknown = []): string =>
  JSON.stringify({ collection: { name, indexes } });
const document = (fields: object): string => JSON.stringify({ document: fields });

/** A file up to its last line, of seven lines. */
const BODY = [
  HEADER,
  collection('rocketchat_roles'),
  document({ _id: 'admin' }),
  collection('ws_second_factors'),
  collection('users', [{ key: { username: 1 }, name: 'username_1', unique: true }]),
  document({ _id: 'ada', services: SECRET }),
];
const COUNTS = { rocketchat_roles: 1, ws_second_factors: 0, users: 1 };

/** The last line of a file, valid for the lines before it by default. */
function endOf(lines: string[], documents: object = COUNTS): string {
  const text = lines.map((line) => `${line}\n`).join('');
  const sha256 = createHash('sha256').update(text).digest('hex');
  return JSON.stringify({ end: { documents, sha256 } });
}

/** The file with one line replaced, counted from 1, and a last line that is valid for it. */
function withLine(number: number, line: string | string[]): string {
  const lines = [...BODY];
  lines.splice(number - 1, 1, ...[line].flat());
  return [...lines, endOf(lines), ''].join('\n');
}

const FILE = withLine(3, BODY[2] ?? '');

/** The collections and lines read from a file that arrives in chunks of this size. */
async function read(file: string | Buffer, chunkSize = 10_000): Promise<string[]> {
  async function* chunks(): AsyncGenerator<Buffer> {
    const bytes = Buffer.from(file);
    for (let at = 0; at < bytes.length; at += chunkSize) {
      yield await Promise.resolve(bytes.subarray(at, at + chunkSize));
    }
  }
  const items: string[] = [];
  for await (const item of readWorkspaceFile(chunks())) {
    items.push(item.kind === 'collection' ? item.name : `line ${item.line}`);
  }
  return items;
}

async function refusalOf(file: string | Buffer): Promise<string> {
  const error: unknown = await read(file).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OperatorError);
  const { message } = error as OperatorError;
  expect(message).not.toContain(SECRET);
  return message;
}

describe('readWorkspaceFile', () => {
  it.each([1, 7, 10_000])('reads a file that arrives in chunks of %d bytes', async (chunkSize) => {
    const items = ['rocketchat_roles', 'line 3', 'ws_second_factors', 'users', 'line 6'];
    expect(await read(FILE, chunkSize)).toEqual(items);
  });

  it('accepts a last line without a newline', async () => {
    expect(await read(FILE.trimEnd())).toHaveLength(5);
  });

  it('notices a truncated file, wherever it ends', async () => {
    for (let length = 0; length < FILE.length - 1; length++) {
      const message = await refusalOf(FILE.slice(0, length));
      expect(message).toMatch(/empty|cut off/);
    }
  });

  it('notices any changed byte', async () => {
    for (let at = 0; at < FILE.length; at++) {
      const changed = Buffer.from(FILE);
      changed[at] = changed[at] === 0x31 ? 0x32 : 0x31;
      await refusalOf(changed);
    }
  });

  it.each([
    ['what npm says', '> workspace-sessions@0.1.0 workspace', 'Line 1 is not'],
    ['JSON of something else', '{"users":[]}', 'Line 1 is not'],
    ['null', 'null', 'Line 1 is not'],
    ['another format', HEADER.replace('workspace-sessions', SECRET), 'Line 1 is not'],
    ['a later version', HEADER.replace('"version":1', '"version":2'), 'not of version 1'],
    ['a foreign collection', HEADER.replace('ws_second_factors', SECRET), 'Line 1 names'],
    ['the lock of an import', HEADER.replace('second_factors', 'imports'), 'Line 1 names'],
    ['users before roles', HEADER.replace(/"(rocketchat_roles)"(.*)"(users)"/, '"$3"$2"$1"'), 'Line 1 names'], // prettier-ignore
    ['a collection twice', HEADER.replace('"users"', '"users","users"'), 'Line 1 names'],
  ])('refuses a file whose line 1 is %s', async (_case, line, words) => {
    expect(await refusalOf(withLine(1, line))).toContain(words);
  });

  it.each<[string, number, string | string[], string]>([
    ['no JSON', 3, `{"document":${SECRET}`, 'Line 3 is not Extended JSON'],
    ['an empty line', 3, '', 'Line 3 is not Extended JSON'],
    ['NUL', 3, '{"document":{"_id":"a\0"}}', 'Line 3 is not Extended JSON'],
    ['NUL in a name', 3, '{"document":{"_id":"a","b\\u0000":1}}', 'Line 3 is not Extended JSON'],
    ['a number', 3, '7', 'Line 3 is not of a kind'],
    ['null', 3, 'null', 'Line 3 is not of a kind'],
    ['another kind', 3, JSON.stringify({ [SECRET]: 1 }), 'Line 3 is not of a kind'],
    ['two kinds', 3, '{"document":{"_id":1},"end":{}}', 'Line 3 is not of a kind'],
    ['__proto__', 3, '{"__proto__":{"_id":1}}', 'Line 3 is not of a kind'],
    ['a second header', 3, HEADER, 'Line 3 is not of a kind'],
    ['a document without _id', 3, document({ a: SECRET }), 'Line 3 is no document'],
    ['an operator', 6, document({ _id: 1, $where: SECRET }), 'Line 6 is no document'],
    ['a type misspelt', 6, document({ _id: 1, a: { $numberint: '1' } }), 'Line 6 is no document'],
    ['a number that is none', 6, document({ _id: 1, a: { $numberLong: SECRET } }), 'Line 6 is not'],
    ['a foreign collection', 4, collection(SECRET), 'Line 4 begins another'],
    ['a collection too early', 4, collection('users'), 'Line 4 begins another'],
    ['a collection twice', 4, collection('rocketchat_roles'), 'Line 4 begins another'],
    ['indexes that are none', 5, collection('users', [SECRET]), 'Line 5 has indexes'],
    ['indexes without a name', 5, collection('users', [{ key: { a: 1 } }]), 'Line 5 has indexes'],
    ['a document too early', 2, document({ _id: 1 }), 'Line 2 is a document before'],
    ['a document missing', 3, [], 'Line 6 counts other documents'],
    ['a document too many', 3, [document({ _id: 1 }), document({ _id: 2 })], 'Line 8 counts other'],
    ['a collection missing', 4, [], 'begins another'],
  ])('refuses a file with %s', async (_case, number, line, words) => {
    expect(await refusalOf(withLine(number, line))).toContain(words);
  });

  it('refuses bytes that are not UTF-8', async () => {
    const [before, after] = FILE.split(SECRET);
    const file = Buffer.concat([Buffer.from(before ?? ''), Buffer.from([0xff]), Buffer.from(after ?? '')]); // prettier-ignore
    expect(await refusalOf(file)).toBe('Line 6 is not UTF-8.');
  });

  it('refuses a line after the last one', async () => {
    expect(await refusalOf(`${FILE}${document({ _id: 'eve' })}\n`)).toContain('Line 8 comes after');
  });

  it('refuses the last line of another file', async () => {
    const file = [...BODY, endOf([SECRET]), ''].join('\n');
    expect(await refusalOf(file)).toContain('Line 7 has the checksum of another file');
  });

  it('refuses an endless line before it has read it', async () => {
    let chunks = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (; ; chunks += 1) yield await Promise.resolve(Buffer.alloc(1024 * 1024, 'x'));
    }
    const reading = readWorkspaceFile(endless()).next();
    await expect(reading).rejects.toThrow('Line 1 is longer than any document');
    expect(chunks * 1024 * 1024).toBeLessThanOrEqual(MAX_LINE_BYTES);
  });
});
