// Installs and builds what is missing or out of date. Plain Node: it must run before anything is installed.
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

function demandNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  fail(`This is Node.js ${process.versions.node}; it takes ${OLDEST_NODE.join('.')} or later.`);
}

/** What we run may talk, but not on standard output: `npm run --silent totp` prints a code there and nothing else. */
async function run(what, { command, args, shell = false }, onBrokenOff = () => undefined) {
  process.stderr.write(`> ${[command, ...args].join(' ')}\n`);
  const options = { cwd: root, stdio: ['ignore', 2, 2], shell, group: true, onBrokenOff };
  const code = await runChild(command, args, options).catch((error) => error.code);
  if (code === 0) return;
  onBrokenOff();
  fail(`${what} failed (${code}); what stands above says why.`);
}

/**
 * How npm is called: as it says of itself where it runs us, since on Windows it is no program but a script of the shell.
 * Other package managers say so of themselves in the same variable.
 */
function npm(...args) {
  const path = process.env.npm_execpath ?? '';
  const isNpm = /\.[cm]?js$/.test(path) && !/^(yarn|pnpm|pnpx|bun)/.test(basename(path));
  if (isNpm && existsSync(path)) return { command: process.execPath, args: [path, ...args] };
  return process.platform === 'win32'
    ? { command: 'npm.cmd', args, shell: true }
    : { command: 'npm', args };
}

/** Built, and then stripped of what is for development only: to be run as it is, perhaps beside a running service. */
function isDeployment() {
  return existsSync(built) && existsSync(at('node_modules')) && !existsSync(compiler) && !isTest;
}

async function install() {
  // npm writes this file when it has installed, also after `npm ci` by hand.
  const installed = at('node_modules', '.package-lock.json');
  const isFresh =
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(at('package-lock.json')).mtimeMs;
  if (isFresh && existsSync(compiler)) return;
  // The build needs the development dependencies, whatever NODE_ENV says. Some of them warn that they were made for a
  // newer Node than the oldest that we support; they work on it, and the tests say so.
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

/** The embedded database first: the service's types refer to what is built of it. */
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

/** A build that was broken off must not pass for one that is complete. */
async function compile(output, ...args) {
  const forget = () => rmSync(output, { force: true });
  forget();
  await run('The build', { command: process.execPath, args }, forget);
}

demandNode();
if (!isDeployment()) {
  await install();
  await build();
}
