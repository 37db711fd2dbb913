import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Check } from '../check';
import { fail, Finding, ok } from '../finding';

/** The oldest Node.js that `engines` in package.json allows. */
const OLDEST_NODE = [20, 19] as const;

export function assessNode(version: string, service: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const isNew = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const found = `Workspace Sessions ${service} on Node.js ${version}`;
  const oldest = OLDEST_NODE.join('.');
  return isNew
    ? ok(found)
    : fail(`${found}, which is too old`, `Install Node.js ${oldest} or later.`);
}

export const VERSIONS_CHECK: Check<string> = {
  name: 'versions',
  run: (node) => Promise.resolve(assessNode(node, serviceVersion())),
};

function serviceVersion(): string {
  // The path is the same from `src` and from `dist`.
  const path = join(__dirname, '../../../package.json');
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown };
  return String(version);
}
