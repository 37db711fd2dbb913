import 'reflect-metadata';
import { runCli } from './workspace-admin/command/run-cli';

const { env, argv } = process;

void runCli(argv.slice(2), {
  env,
  folder: process.cwd(),
  // Opened only by a command that uses it.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
}).then((code) => {
  // After success nothing is left open, and what is still on its way to a pipe gets there.
  if (code === 0) process.exitCode = code;
  else process.exit(code);
});
