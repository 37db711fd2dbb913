import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plain, documentOf } from '../../test/support/bson';
import { trials } from '../../test/support/budget';
import { openDataDirectory } from './data-directory';
import type { OpenDataDirectory } from './data-directory';
import { DataDirectoryError } from './data-directory-error';

describe('a journal that something happened to', () => {
  let directory: string;
  let path: string;
  let reports: string[];

  beforeEach(() => {
    directory = fs.mkdtempSync(join(tmpdir(), 'journal-'));
    path = join(directory, 'journal');
    reports = [];
  });
  afterEach(() => {
    fs.rmSync(directory, { recursive: true });
  });

  const open = (): Promise<OpenDataDirectory> =>
    openDataDirectory({
      directory,
      sync: 'always',
      report: (message) => reports.push(message),
    });

  /** One command that inserts these numbers, until it is on the disk. */
  const insert = async ({ store, changes }: OpenDataDirectory, ...ids: number[]): Promise<void> => {
    const things = store.ensure('test', 'things');
    for (const _id of ids) things.insert(documentOf({ _id }));
    await changes.commit();
  };

  const idsIn = ({ store }: OpenDataDirectory): unknown[] =>
    [...(store.collection('test', 'things')?.all() ?? [])].map(
      ({ document }) => (plain(document) as { _id: number })._id,
    );

  /** What a start finds; undefined when it refuses. */
  const found = async (): Promise<unknown[] | undefined> => {
    try {
      const opened = await open();
      const ids = idsIn(opened);
      await opened.close();
      return ids;
    } catch (error) {
      if (error instanceof DataDirectoryError) return undefined;
      throw error;
    }
  };

  it('is cut back to its last whole record, wherever the last one was torn', async () => {
    const first = await open();
    await insert(first, 1);
    await insert(first, 2, 3);
    const before = fs.statSync(path).size;
    await insert(first, 4, 5);
    await first.close();
    const whole = fs.readFileSync(path);
    for (let length = before; length < whole.length; length++) {
      fs.writeFileSync(path, whole.subarray(0, length));
      reports = [];
      const ids = await found();
      // The end of the file after the record says only that it is on the disk.
      const kept = (ids?.length ?? 0) === 5;
      expect(ids).toEqual(kept ? [1, 2, 3, 4, 5] : [1, 2, 3]);
      if (length > before && !kept) {
        expect(reports.join()).toContain(`${length - before} bytes were cut off`);
      }
      expect(await found()).toEqual(ids);
    }
  }, 60_000);

  it('takes new records after it was cut back', async () => {
    const first = await open();
    await insert(first, 1);
    await insert(first, 2);
    await first.close();
    fs.truncateSync(path, fs.statSync(path).size - 30);
    const second = await open();
    await insert(second, 3);
    await second.close();
    expect(await found()).toEqual([1, 3]);
  });

  it('never yields other data, whichever bit of it is turned', async () => {
    const first = await open();
    for (const id of [1, 2, 3]) await insert(first, id);
    await first.close();
    const whole = fs.readFileSync(path);
    const outcomes = { refused: 0, whole: 0, cut: 0 };
    const lastMark = (whole.length - 22) * 8;
    let inLastMark = 0;
    // Seven meets every place in a byte.
    for (let bit = 0; bit < whole.length * 8; bit += trials(1, 7)) {
      if (bit >= lastMark) inLastMark += 1;
      const damaged = Buffer.from(whole);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      fs.writeFileSync(path, damaged);
      reports = [];
      const ids = await found();
      if (!ids) outcomes.refused += 1;
      else if (ids.length === 3) outcomes.whole += 1;
      else outcomes.cut += 1;
      if (ids) expect(ids).toEqual([1, 2, 3].slice(0, ids.length));
      if (ids) expect(reports).toHaveLength(1);
    }
    // All that was promised stays: only the last mark, which holds no data, may go.
    expect(outcomes.cut).toBe(0);
    expect(outcomes.whole).toBe(inLastMark);
  }, 120_000);

  it('is refused when a record in its middle is damaged, and says where and what to do', async () => {
    const first = await open();
    for (const id of [1, 2, 3]) await insert(first, id);
    await first.close();
    const bytes = fs.readFileSync(path);
    const at = 26 + 22 + 5;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
    fs.writeFileSync(path, bytes);
    const refusal = await open().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DataDirectoryError);
    const { message } = refusal as Error;
    expect(message).toContain(`${path}, at byte 26`);
    expect(message).toContain('Restore a copy of its directory, or move the directory away');
    expect(fs.readFileSync(path).equals(bytes)).toBe(true);
  });

  it('is cut back before a hole that a power cut left among writes of which none was promised', async () => {
    const first = await open();
    await insert(first, 1);
    const start = fs.statSync(path).size;
    const waiting = [2, 3, 4].map((_id) => insert(first, _id));
    const bytes = fs.readFileSync(path);
    await Promise.all(waiting);
    await first.close();
    // The first of the three never reached the disk; the others did.
    bytes.fill(0, start, start + 60);
    fs.writeFileSync(path, bytes);
    expect(await found()).toEqual([1]);
    expect(reports.join()).toContain('cut off');
  });

  it.each<[string, Buffer]>([
    ['an empty file', Buffer.alloc(0)],
    ['another file', Buffer.from('{"this is": "no journal", "at": "all"}')],
    ['a file of zeros', Buffer.alloc(4096)],
  ])('is refused when it is %s', async (_what, bytes) => {
    fs.writeFileSync(path, bytes);
    expect(await found()).toBeUndefined();
    expect(fs.readFileSync(path).equals(bytes)).toBe(true);
  });

  it('does not take a record inside a document for one of its own', async () => {
    const first = await open();
    await insert(first, 1);
    const record = fs.readFileSync(path).subarray(26);
    const things = first.store.ensure('test', 'things');
    things.insert(documentOf({ _id: 2, record }));
    await first.changes.commit();
    await first.close();
    // Torn after the record inside.
    fs.truncateSync(path, fs.statSync(path).size - 22 - 3);
    expect(await found()).toEqual([1]);
  });

  it('forgets a draft that a compaction left', async () => {
    const first = await open();
    await insert(first, 1);
    await first.close();
    fs.writeFileSync(`${path}.new`, 'half a snapshot');
    expect(await found()).toEqual([1]);
  });
});
