// Installs and builds what is missing or out of date. Plain Node: it must run before anything is installed.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(root, ...parts);

/** What we run may talk, but not on standard output: `npm run --silent totp` prints a code there and nothing else. */
function run(command, ...args) {
  process.stderr.write(`> ${command} ${args.join(' ')}\n`);
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
}

function install() {
  // npm writes this file when it has installed, also after `npm ci` by hand or `npm prune`.
  const installed = at('node_modules', '.package-lock.json');
  if (
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(at('package-lock.json')).mtimeMs
  )
    return;
  // The build needs the development dependencies, whatever NODE_ENV says. Some of them warn that they were made for a
  // newer Node than the oldest that we support; they work on it, and the tests say so.
  run('npm', 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function build() {
  const sources = [
    'src',
    'package-lock.json',
    'nest-cli.json',
    'tsconfig.json',
    'tsconfig.build.json',
  ];
  const built = at('dist', 'main.js');
  const changed = Math.max(...sources.map((source) => newest(at(source))));
  if (existsSync(built) && statSync(built).mtimeMs >= changed) return;
  run(process.execPath, at('node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build');
}

install();
build();
