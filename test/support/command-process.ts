import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { recordPrinted } from './canaries';

const COMMANDS = join(__dirname, '../../dist/commands');

export interface CommandResult {
  code: number | null;
  /** Standard output and standard error, as they came. */
  printed: string;
}

export interface CommandCall {
  args?: string[];
  /** All that it sees beside `PATH`. */
  env?: Record<string, string>;
  /** What it can read from standard input, which then ends. */
  stdin?: string;
}

/** Runs one of the built commands in a process of its own, as an operator does, until it ends. */
export async function runCommand(
  name: string,
  { args = [], env = {}, stdin = '' }: CommandCall = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [join(COMMANDS, `${name}.js`), ...args], {
    env: { PATH: process.env.PATH, ...env },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  }
  // A command that refuses its arguments ends without reading.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  // This one prints a code, and nothing else.
  if (name !== 'totp') recordPrinted(printed);
  return { code, printed };
}
