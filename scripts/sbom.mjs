// `npm run sbom`: writes sbom.cdx.json, the bill of materials (CycloneDX) of a production install. npm makes it (from 9.8
// on) of the lock file, so this needs no package. An argument is another file to write to.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { productionPackages } from './production-packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = process.argv[2] ?? 'sbom.cdx.json';
const isWindows = process.platform === 'win32';

const { stdout, stderr, status, error } = spawnSync(
  isWindows ? 'npm.cmd' : 'npm',
  ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'],
  { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, shell: isWindows },
);
if (status !== 0) {
  process.stderr.write(`npm sbom failed: ${error?.message ?? stderr}\n`);
  process.exit(1);
}

// Not by its option --omit=dev: npm 11 then leaves out what is a development dependency of somebody as well, here mongoose
// and half of the others.
const bill = JSON.parse(stdout);
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const own = bill.metadata.component['bom-ref'];
const kept = new Set([
  own,
  ...productionPackages(root).map((found) => `${found.name}@${found.version}`),
]);
bill.components = bill.components.filter((component) => kept.has(component['bom-ref']));
bill.dependencies = bill.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
// npm calls it by the name of its folder.
Object.assign(bill.metadata.component, { name, version });

const missing = kept.size - 1 - bill.components.length;
if (missing !== 0) {
  process.stderr.write(`npm sbom has left out ${missing} packages of a production install.\n`);
  process.exit(1);
}
writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
const { bomFormat, specVersion, components } = bill;
process.stdout.write(`${file}: ${bomFormat} ${specVersion}, ${components.length} components\n`);
