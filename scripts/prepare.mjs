// Installs and builds what is missing or out of date. Plain Node: it must run before anything is installed.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(root, ...parts);

const compiler = at('node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
const typescript = at('node_modules', 'typescript', 'bin', 'tsc');
const built = at('dist', 'main.js');
const isTest = basename(process.argv[1]) === 'test.mjs';

/** What we run may talk, but not on standard output: `npm run --silent totp` prints a code there and nothing else. */
function run(command, ...args) {
  process.stderr.write(`> ${command} ${args.join(' ')}\n`);
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
}

/** Built, and then stripped of what is for development only: to be run as it is, perhaps beside a running service. */
function isDeployment() {
  return existsSync(built) && existsSync(at('node_modules')) && !existsSync(compiler) && !isTest;
}

function install() {
  // npm writes this file when it has installed, also after `npm ci` by hand.
  const installed = at('node_modules', '.package-lock.json');
  const isFresh =
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(at('package-lock.json')).mtimeMs;
  if (isFresh && existsSync(compiler)) return;
  // The build needs the development dependencies, whatever NODE_ENV says. Some of them warn that they were made for a
  // newer Node than the oldest that we support; they work on it, and the tests say so.
  run('npm', 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isStale(output, ...sources) {
  const changed = Math.max(...sources.map((source) => newest(at(source))));
  return !existsSync(output) || statSync(output).mtimeMs < changed;
}

/** The embedded database first: the service's types refer to what is built of it. */
function build() {
  const shared = ['package-lock.json', 'tsconfig.json'];
  const engine = 'packages/embedded-mongo';
  const project = `${engine}/tsconfig.build.json`;
  if (isStale(at(engine, 'dist', 'index.js'), `${engine}/src`, project, ...shared)) {
    run(process.execPath, typescript, '-p', project);
  }
  if (isStale(built, 'src', 'nest-cli.json', 'tsconfig.build.json', ...shared)) {
    run(process.execPath, compiler, 'build');
  }
}

if (!isDeployment()) {
  install();
  build();
}
