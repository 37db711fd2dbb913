import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorError } from '../../common/errors/operator-error';
import { writeNewFile } from './transfer-files';

const folder = mkdtempSync(join(tmpdir(), 'transfer-files-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('writeNewFile', () => {
  it('leaves no file when the lines break off before the end', async () => {
    const path = join(folder, 'new');
    async function* broken(): AsyncGenerator<string> {
      yield await Promise.resolve('the first line\n');
      expect(existsSync(path)).toBe(true);
      throw new OperatorError('The database is gone.');
    }
    await expect(writeNewFile(path, broken())).rejects.toThrow('The database is gone.');
    expect(existsSync(path)).toBe(false);
  });

  it('says why the file cannot be written, without its path', async () => {
    const lines = (async function* () {
      yield await Promise.resolve('');
    })();
    const writing = writeNewFile(join(folder, 'nowhere', 'new'), lines);
    await expect(writing).rejects.toThrow(/^The file could not be made \(ENOENT\)\.$/);
  });
});
