import { tmpdir } from 'node:os';
import { PassThrough, Writable } from 'node:stream';
import { CommandIo } from '../../src/workspace-admin/command/command';
import { runCli } from '../../src/cli/run-cli';
import { recordPrinted } from './canaries';
import { CommandCall, CommandResult, SECRET_ON_STDOUT } from './command-process';

/**
 * Runs a command in this process, without what only a process of its own has: pipes, file descriptors and signals.
 */
export async function callCommand(
  name: string,
  { args = [], env = {}, stdin = '', cwd = tmpdir() }: CommandCall = {},
): Promise<CommandResult & { code: number }> {
  const result = { stdout: '', stderr: '', printed: '' };
  const writerOf = (stream: 'stdout' | 'stderr'): Writable =>
    new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        result[stream] += chunk.toString();
        result.printed += chunk.toString();
        done();
      },
    });
  const input = new PassThrough();
  input.end(stdin);
  const io: CommandIo = {
    env: { ...env },
    folder: cwd,
    stdin: input,
    stdout: writerOf('stdout'),
    stderr: writerOf('stderr'),
  };
  const code = await runCli([name, ...args], io);
  recordPrinted(SECRET_ON_STDOUT.includes(name) ? result.stderr : result.printed);
  return { code, ...result };
}
