import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordPrinted } from './canaries';

const CLI = join(__dirname, '../../dist/cli.js');
/** Commands whose standard output is a secret: a code, or the whole workspace. */
export const SECRET_ON_STDOUT = ['totp', 'export'];

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Standard output and standard error, interleaved as they arrived. */
  printed: string;
}

export interface CommandCall {
  args?: string[];
  /** Its whole environment beside `PATH`. */
  env?: Record<string, string>;
  /** The whole of its standard input. */
  stdin?: string | Buffer;
  /** Its working directory. */
  cwd?: string;
}

/** Runs one of the built commands in a process of its own, as an operator does, until it ends. */
export async function runCommand(
  name: string,
  { args = [], env = {}, stdin = '', cwd = tmpdir() }: CommandCall = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [CLI, name, ...args], {
    // Outside the project's folder, so that it does not read a developer's `.env`.
    cwd,
    env: { PATH: process.env.PATH, ...env },
  });
  const result = { stdout: '', stderr: '', printed: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      result[name] += text;
      result.printed += text;
    });
  }
  // A command that refuses its arguments ends without reading.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  recordPrinted(SECRET_ON_STDOUT.includes(name) ? result.stderr : result.printed);
  return { code, ...result };
}
