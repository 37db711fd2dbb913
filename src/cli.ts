import 'reflect-metadata';
import { runCli } from './cli/run-cli';

const { env, argv, stdout, stderr } = process;

// A reader that has seen enough, as `head`, is no failure. An export minds, and says so itself.
for (const stream of [stdout, stderr]) stream.on('error', () => undefined);

void runCli(argv.slice(2), {
  env,
  folder: process.cwd(),
  // Opened only by a command that uses it.
  get stdin() {
    return process.stdin;
  },
  stdout,
  stderr,
}).then((code) => {
  // After success nothing is left open, and what is still on its way to a pipe gets there.
  if (code === 0) process.exitCode = code;
  else process.exit(code);
});
