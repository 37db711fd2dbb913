import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UUID } from 'bson';
import { documentOf, plain, refusalCode } from '../../test/support/bson';
import type { Collection } from '../storage/collection';
import { parseIndex } from '../storage/index-definition';
import { openDataDirectory } from './data-directory';
import type { DataDirectoryOptions, OpenDataDirectory } from './data-directory';
import { openFile } from './journal-file';
import type { OpenFile } from './journal-file';

const EVERYTHING = documentOf({});

/** A disk with room for so many bytes, which can also refuse to sync. */
class SmallDisk {
  room = Infinity;
  syncFails = false;

  readonly openFile: OpenFile = (path, flags) => {
    const file = openFile(path, flags);
    return {
      ...file,
      write: (bytes, position) => {
        if (this.room <= 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        const taken = file.write(bytes.subarray(0, Math.min(bytes.length, this.room)), position);
        this.room -= taken;
        return taken;
      },
      sync: () =>
        this.syncFails
          ? Promise.reject(Object.assign(new Error('broken'), { code: 'EIO' }))
          : file.sync(),
    };
  };
}

describe('a data directory', () => {
  let directory: string;
  let disk: SmallDisk;
  let reports: string[];
  let opened: OpenDataDirectory;
  let things: Collection;

  const open = async (options: Partial<DataDirectoryOptions> = {}): Promise<void> => {
    opened = await openDataDirectory({
      directory,
      sync: 'always',
      report: (message) => reports.push(message),
      openFile: disk.openFile,
      ...options,
    });
    things = opened.store.ensure('test', 'things');
    await opened.changes.commit();
  };
  const reopen = async (options?: Partial<DataDirectoryOptions>): Promise<void> => {
    await opened.close();
    await open(options);
  };
  const insert = async (document: object): Promise<void> => {
    things.insert(documentOf(document));
    await opened.changes.commit();
  };
  const contents = (): unknown[] =>
    things.find({ filter: EVERYTHING }).map(({ document }) => plain(document));
  const journalSize = (): number => fs.statSync(join(directory, 'journal')).size;

  beforeEach(async () => {
    directory = join(fs.mkdtempSync(join(tmpdir(), 'data-')), 'made/when/missing');
    disk = new SmallDisk();
    reports = [];
    await open();
  });
  afterEach(async () => {
    await opened.close().catch(() => undefined);
    fs.rmSync(directory, { recursive: true, force: true });
  });

  it('is for its owner alone', () => {
    expect(fs.statSync(directory).mode & 0o777).toBe(0o700);
    expect(fs.statSync(join(directory, 'journal')).mode & 0o777).toBe(0o600);
  });

  it('gives everything back as it was: documents in their order, indexes, identities', async () => {
    const key = { name: 1 };
    things.addIndex(parseIndex(documentOf({ key, name: 'by name', unique: true })));
    things.addIndex(parseIndex(documentOf({ key: { at: 1 }, name: 'gone' })));
    for (const name of ['c', 'a', 'b', 'd']) await insert({ _id: name, name });
    const [c, a] = things.find({ filter: EVERYTHING });
    if (!c || !a) throw new Error('nothing there');
    things.remove(c);
    things.replace(a, documentOf({ _id: 'a', name: 'z' }));
    things.dropIndex('gone');
    await opened.changes.commit();
    const uuid = things.uuid.toHexString();
    const before = contents();

    for (let start = 0; start < 2; start++) {
      await reopen({ slackBytes: start === 0 ? undefined : -1e6 } as Partial<DataDirectoryOptions>);
      expect(contents()).toEqual(before);
      expect(things.uuid.toHexString()).toBe(uuid);
      expect([...things.indexes.keys()]).toEqual(['_id_', 'by name']);
      expect(refusalCode(() => things.insert(documentOf({ _id: 'e', name: 'z' })))).toBe(11000);
      const found = things.find({ filter: documentOf({ name: 'z' }) });
      expect(found.map(({ document }) => plain(document))).toEqual([{ _id: 'a', name: 'z' }]);
    }
    await insert({ _id: 'last', name: 'last' });
    expect(contents().at(-1)).toEqual({ _id: 'last', name: 'last' });
  });

  it('keeps a dropped collection apart from its successor', async () => {
    await insert({ _id: 1 });
    opened.store.drop('test', 'things');
    things = opened.store.ensure('test', 'things');
    await insert({ _id: 2 });
    await reopen();
    expect(contents()).toEqual([{ _id: 2 }]);
    opened.store.dropDatabase('test');
    await opened.changes.commit();
    await reopen();
    expect(contents()).toEqual([]);
  });

  it('keeps it that documents have expired', async () => {
    const ttl = { key: { at: 1 }, name: 'ttl', expireAfterSeconds: 0 };
    things.addIndex(parseIndex(documentOf(ttl)));
    await insert({ _id: 'old', at: new Date('2026-01-01') });
    await insert({ _id: 'new', at: new Date('2026-01-03') });
    opened.store.removeExpired(new Date('2026-01-02'));
    await opened.changes.commit();
    await reopen();
    expect(contents()).toEqual([{ _id: 'new', at: new Date('2026-01-03') }]);
    opened.store.removeExpired(new Date('2026-01-04'));
    expect(contents()).toEqual([]);
  });

  it('is rewritten when it has grown, with the same data', async () => {
    await reopen({ slackBytes: 20_000 });
    for (let n = 0; n < 200; n++) {
      await insert({ _id: n, text: 'x'.repeat(1000) });
      if (n > 3) {
        const [oldest] = things.find({ filter: EVERYTHING, limit: 1 });
        if (oldest) things.remove(oldest);
      }
      await opened.changes.commit();
    }
    expect(journalSize()).toBeLessThan(60_000);
    const before = contents();
    expect(before).toHaveLength(4);
    await reopen();
    expect(contents()).toEqual(before);
  });

  describe('on a full disk', () => {
    /** The code with which a change is refused. */
    const refused = (change: () => void): number | undefined =>
      refusalCode(() => {
        change();
        void opened.changes.commit();
      });

    beforeEach(async () => {
      things.addIndex(parseIndex(documentOf({ key: { n: 1 }, name: 'by n', unique: true })));
      for (const n of [1, 2, 3, 4]) await insert({ _id: n, n });
    });

    it.each([0, 1, 21, 22, 30, 60])(
      'with room for %d bytes refuses every write, has changed nothing, and reads on',
      async (room) => {
        const before = contents();
        const size = journalSize();
        const writes: (() => void)[] = [
          () => things.insert(documentOf({ _id: 5, n: 5, text: 'x'.repeat(100) })),
          () => {
            for (const entry of things.find({ filter: EVERYTHING })) {
              const { n } = plain(entry.document) as { n: number };
              things.replace(entry, documentOf({ _id: n, n: n + 10 }));
            }
          },
          () => {
            for (const entry of things.find({ filter: EVERYTHING, limit: 2 })) things.remove(entry);
          },
          () => {
            things.addIndex(parseIndex(documentOf({ key: { m: 1 }, name: 'x'.repeat(90) })));
          },
          () => {
            things.dropIndex('by n');
            opened.store.ensure('test', 'x'.repeat(90));
          },
          () => {
            opened.store.ensure('other', 'x'.repeat(90));
            opened.store.dropDatabase('test');
          },
        ];
        for (const write of writes) {
          disk.room = room;
          expect(refused(write)).toBe(14031);
          expect(contents()).toEqual(before);
          expect(journalSize()).toBe(size);
        }
        expect([...things.indexes.keys()]).toEqual(['_id_', 'by n']);
        expect([...opened.store.everything()].map(({ name }) => name)).toEqual(['things']);
        expect(things.find({ filter: documentOf({ n: 3 }) })).toHaveLength(1);

        disk.room = Infinity;
        await insert({ _id: 5, n: 5 });
        expect(refused(() => things.insert(documentOf({ _id: 6, n: 1 })))).toBe(11000);
        await reopen();
        expect(contents()).toEqual([...before, { _id: 5, n: 5 }]);
      },
    );

    it('keeps the old journal when there is no room to rewrite it', async () => {
      await reopen({ slackBytes: 2000 });
      for (let n = 5; n < 40; n++) {
        disk.room = 300;
        await insert({ _id: n, n, text: 'x'.repeat(100) });
      }
      expect(reports.join()).toContain('could not be compacted (ENOSPC)');
      expect(contents()).toHaveLength(39);
      disk.room = Infinity;
      await reopen();
      expect(contents()).toHaveLength(39);
    });
  });

  it('writes nothing any more after a failed sync, and says so', async () => {
    await insert({ _id: 1 });
    disk.syncFails = true;
    await expect(insert({ _id: 2 })).rejects.toThrow('nothing is written any more');
    disk.syncFails = false;
    await expect(insert({ _id: 3 })).rejects.toThrow('nothing is written any more');
    expect(contents()).toEqual([{ _id: 1 }, { _id: 2 }]);
    expect(reports.join()).toContain('could not be brought to the disk');
  });

  it('answers several writers by one sync', async () => {
    let syncs = 0;
    const counting: OpenFile = (path, flags) => {
      const file = openFile(path, flags);
      return {
        ...file,
        sync: () => {
          syncs += 1;
          return file.sync();
        },
      };
    };
    await reopen({ openFile: counting });
    syncs = 0;
    await Promise.all(Array.from({ length: 50 }, (_, _id) => insert({ _id })));
    // The first is under way when the others come.
    expect(syncs).toBe(2);
  });

  it.each<[string, () => void]>([
    [
      'was taken away',
      () => {
        fs.rmSync(join(directory, 'journal'));
      },
    ],
    [
      'was written to',
      () => {
        fs.appendFileSync(join(directory, 'journal'), 'x');
      },
    ],
  ])('refuses to write to a journal that %s', async (_what, interfere) => {
    interfere();
    await expect(insert({ _id: 1 })).rejects.toThrow('nothing is written any more');
    expect(contents()).toEqual([]);
    expect(reports.join()).toContain('by another program');
  });

  it('is used by one at a time, under whatever name', async () => {
    const other = { directory, sync: 'always', report: () => undefined } as const;
    await expect(openDataDirectory(other)).rejects.toThrow(
      `The data directory ${directory} is in use by another process`,
    );
    const link = join(tmpdir(), `link-${new UUID().toHexString()}`);
    fs.symlinkSync(directory, link);
    await expect(openDataDirectory({ ...other, directory: link })).rejects.toThrow('in use');
    fs.rmSync(link);
    await opened.close();
    await (await openDataDirectory(other)).close();
    await open();
  });

  it('says where it cannot be made', async () => {
    const file = join(directory, 'file');
    fs.writeFileSync(file, '');
    const within = { directory: join(file, 'x'), sync: 'always', report: () => undefined } as const;
    await expect(openDataDirectory(within)).rejects.toThrow(
      `The data directory ${file}/x cannot be used (ENOTDIR). Choose another one.`,
    );
  });
});
