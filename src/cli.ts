import 'reflect-metadata';
import { runCli } from './cli/run-cli';

const { env, argv, stdout, stderr } = process;

const OUTPUT_LOST = 1;

for (const stream of [stdout, stderr]) {
  stream.on('error', ({ code = 'unknown error' }: NodeJS.ErrnoException) => {
    // A closed pipe, as from `head`, is not a failure; an export checks for it itself.
    if (code === 'EPIPE' || process.exitCode === OUTPUT_LOST) return;
    process.exitCode = OUTPUT_LOST;
    if (stream === stdout) stderr.write(`The output could not be written (${code}).\n`);
  });
}

void runCli(argv.slice(2), {
  env,
  folder: process.cwd(),
  // Lazy: opened only by a command that reads it.
  get stdin() {
    return process.stdin;
  },
  stdout,
  stderr,
}).then((code) => {
  // On success nothing keeps the process alive, and pending output still reaches the pipe.
  if (code === 0) process.exitCode ??= code;
  else process.exit(code);
});
