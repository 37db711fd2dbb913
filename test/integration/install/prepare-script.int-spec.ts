import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const SCRIPTS = join(__dirname, '../../../scripts');

/** A fresh clone with the scripts only, and a program that never ends in place of npm. */
class FreshClone {
  readonly folder = mkdtempSync(join(tmpdir(), 'clone-'));
  readonly npm = join(this.folder, 'npm', 'npm-cli.js');
  private readonly called = join(this.folder, 'called.json');

  constructor() {
    cpSync(SCRIPTS, join(this.folder, 'scripts'), { recursive: true });
    writeFileSync(join(this.folder, 'package-lock.json'), '{}');
    mkdirSync(join(this.folder, 'npm'));
    writeFileSync(
      this.npm,
      `const call = { pid: process.pid, by: process.execPath, args: process.argv.slice(2) };
       require('node:fs').writeFileSync(${JSON.stringify(`${this.called}.new`)}, JSON.stringify(call));
       require('node:fs').renameSync(${JSON.stringify(`${this.called}.new`)}, ${JSON.stringify(this.called)});
       setInterval(() => undefined, 1000);`,
    );
  }

  /** @param env in addition to what Node needs */
  start(env: Record<string, string>): ChildProcess {
    return spawn(process.execPath, [join(this.folder, 'scripts', 'start.mjs')], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, ...env },
      stdio: 'ignore',
    });
  }

  /** @returns how the program in npm's place was called, once it has been */
  async call(): Promise<{ pid: number; by: string; args: string[] }> {
    while (!existsSync(this.called)) await pause(20);
    return JSON.parse(readFileSync(this.called, 'utf8')) as {
      pid: number;
      by: string;
      args: string[];
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('npm start on a fresh clone', () => {
  let clone: FreshClone;
  beforeEach(() => {
    clone = new FreshClone();
  });
  afterEach(() => {
    clone.remove();
  });

  it('calls npm through npm_execpath, which also works on Windows, where npm is not a program', async () => {
    const start = clone.start({ npm_execpath: clone.npm });
    const { by, args } = await clone.call();
    expect([by, args.slice(0, 2)]).toEqual([process.execPath, ['ci', '--include=dev']]);
    start.kill();
    await once(start, 'exit');
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'ends the installation on %s, so that nothing is left to take the port later',
    async (signal) => {
      const start = clone.start({ npm_execpath: clone.npm });
      const { pid } = await clone.call();
      start.kill(signal);
      const [code, by] = (await once(start, 'exit')) as [number | null, string | null];
      expect([code, by]).toEqual([null, signal]);
      // The signal reached it before the start script ended; the system may take a moment to remove it.
      for (let waits = 0; waits < 100 && isAlive(pid); waits++) await pause(20);
      expect(isAlive(pid)).toBe(false);
    },
  );
});
