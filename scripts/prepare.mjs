// Installs and builds what is missing or stale. Uses Node only: it runs before anything is installed.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';

const OLDEST_NODE = [20, 19];

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(root, ...parts);

const compiler = at('node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
const typescript = at('node_modules', 'typescript', 'bin', 'tsc');
const built = at('dist', 'main.js');
const isTest = basename(process.argv[1]) === 'test.mjs';

function fail(reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  fail(
    `Node.js ${process.versions.node} is too old: ${OLDEST_NODE.join('.')} or later is required.`,
  );
}

/** Sends all output to standard error: `npm run --silent totp` prints a code on standard output and nothing else. */
async function run(what, { command, args, shell = false }, onBrokenOff = () => undefined) {
  process.stderr.write(`> ${[command, ...args].join(' ')}\n`);
  const options = { cwd: root, stdio: ['ignore', 2, 2], shell, group: true, onBrokenOff };
  const code = await runChild(command, args, options).catch((error) => error.code);
  if (code === 0) return;
  onBrokenOff();
  fail(`${what} failed (${code}); see above.`);
}

/**
 * How to call npm: by the script that started us, since on Windows `npm` is a shell script. Other package managers set the
 * same variable.
 */
function npm(...args) {
  const path = process.env.npm_execpath ?? '';
  const isNpm = /\.[cm]?js$/.test(path) && !/^(yarn|pnpm|pnpx|bun)/.test(basename(path));
  if (isNpm && existsSync(path)) return { command: process.execPath, args: [path, ...args] };
  return process.platform === 'win32'
    ? { command: 'npm.cmd', args, shell: true }
    : { command: 'npm', args };
}

/** A production install: built, then stripped of development dependencies. It runs as it is. */
function isDeployment() {
  return existsSync(built) && existsSync(at('node_modules')) && !existsSync(compiler) && !isTest;
}

async function install() {
  // npm writes this file after each install.
  const installed = at('node_modules', '.package-lock.json');
  const isFresh =
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(at('package-lock.json')).mtimeMs;
  if (isFresh && existsSync(compiler)) return;
  // The build needs development dependencies in any NODE_ENV. Some of them warn about our oldest Node, but work on it.
  await run(
    'The installation',
    npm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'),
  );
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

/** The embedded database first: the service's types refer to its build. */
async function build() {
  const shared = ['package-lock.json', 'tsconfig.json'];
  const engine = 'packages/embedded-mongo';
  const project = `${engine}/tsconfig.build.json`;
  const engineBuilt = at(engine, 'dist', 'index.js');
  if (isStale(engineBuilt, `${engine}/src`, project, ...shared)) {
    await compile(engineBuilt, typescript, '-p', project);
  }
  if (isStale(built, 'src', 'nest-cli.json', 'tsconfig.build.json', ...shared)) {
    await compile(built, compiler, 'build');
  }
}

/** An interrupted build must not count as complete. */
async function compile(output, ...args) {
  const forget = () => rmSync(output, { force: true });
  forget();
  await run('The build', { command: process.execPath, args }, forget);
}

requireNode();
if (!isDeployment()) {
  await install();
  await build();
}
