// `npm run licences`: whether every package that a production install holds may be used in it. Ends with 1 if not.
// An argument is another project's folder.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { productionPackages } from './production-packages.mjs';

/** Licences (SPDX) that ask for no more than to be named. Another one is a decision: read it before you add it. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
]);

/** Packages that must stay below a major version, with the reason. */
const BELOW = new Map([['ua-parser-js', { major: 2, reason: 'it is AGPL from there on' }]]);

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const readJson = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

/** An expression with OR needs one allowed licence, one with AND all of them. Both together are for a person to judge. */
function isAllowed(expression) {
  const text = expression.replace(/[()]/g, '');
  if (text.includes(' OR ') && text.includes(' AND ')) return false;
  if (text.includes(' OR ')) return text.split(' OR ').some((name) => ALLOWED.has(name));
  return text.split(' AND ').every((name) => ALLOWED.has(name));
}

function problemsOf({ name, version, license }) {
  const limit = BELOW.get(name);
  const isTooNew = limit && Number(version.split('.')[0]) >= limit.major;
  return [
    ...(isTooNew
      ? [`${name} ${version}: must stay below ${limit.major}, since ${limit.reason}`]
      : []),
    ...(typeof license !== 'string' ? [`${name} ${version}: names no licence`] : []),
    ...(typeof license === 'string' && !isAllowed(license)
      ? [`${name} ${version}: ${license} is not on the list of allowed licences`]
      : []),
  ];
}

const folders = productionPackages(root).map(({ folder }) => folder);
// What is for other systems stands in the lock file only.
const installed = folders.filter((folder) => existsSync(join(root, folder, 'package.json')));
if (installed.length === 0) {
  process.stderr.write('Nothing is installed: run npm ci first.\n');
  process.exit(1);
}
const packages = installed.map((folder) => readJson(folder, 'package.json'));
const problems = packages.flatMap(problemsOf);
const counts = new Map();
for (const { license } of packages) counts.set(license, (counts.get(license) ?? 0) + 1);
const summary = [...counts].sort().map(([license, count]) => `${license} ${count}`);
process.stdout.write(`${packages.length} packages in production: ${summary.join(', ')}\n`);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
