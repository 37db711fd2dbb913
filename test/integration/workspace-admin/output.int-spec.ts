import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = join(__dirname, '../../../dist/cli.js');
/** A file of Linux on which every write fails as on a full disk. */
const FULL = '/dev/full';

interface Ended {
  code: number | null;
  stderr: string;
}

/** Runs the built command line with this file descriptor, or a pipe that closes at once, as standard output. */
async function runWith(args: string[], stdout: number | 'closed pipe'): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH },
    stdio: ['ignore', typeof stdout === 'number' ? stdout : 'pipe', 'pipe'],
  });
  child.stdout?.destroy();
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

const hasFull = existsSync(FULL);
if (!hasFull) console.warn(`Skipped the test of a full disk: this system has no ${FULL}.`);

describe('standard output of the commands', () => {
  const onLinux = hasFull ? it : it.skip;

  onLinux('ends with 1 and says why when its output cannot be written', async () => {
    const full = openSync(FULL, 'w');
    const { code, stderr } = await runWith(['--help'], full);
    closeSync(full);
    expect(stderr).toBe('The output could not be written (ENOSPC).\n');
    expect(code).toBe(1);
  });

  it('ends with 0 when the reader of its output has gone', async () => {
    expect(await runWith(['--help'], 'closed pipe')).toEqual({ code: 0, stderr: '' });
  });
});
