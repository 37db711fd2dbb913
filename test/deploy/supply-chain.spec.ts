import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');

interface Bill {
  bomFormat: string;
  metadata: { component: { name: string; version: string } };
  components: { name: string; 'bom-ref': string }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(script: string, ...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'scripts', script), ...args],
    { encoding: 'utf8', cwd: ROOT },
  );
  return { code: status, stdout, stderr };
}

describe('npm run licences', () => {
  let folder: string;

  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'licences-'));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  /** Judges a project that has these packages installed; `dev` are its development dependencies. */
  function judge(packages: Record<string, unknown>[], dev: string[] = []): Ended {
    const locked: Record<string, object> = { '': {} };
    for (const { name, version = '1.0.0', ...rest } of packages) {
      const path = `node_modules/${String(name)}`;
      locked[path] = { version, ...(dev.includes(String(name)) && { dev: true }) };
      fs.mkdirSync(join(folder, path), { recursive: true });
      const text = JSON.stringify({ name, version, ...rest });
      fs.writeFileSync(join(folder, path, 'package.json'), text);
    }
    fs.writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: locked }));
    return run('licences.mjs', folder);
  }

  it('finds nothing against what this project installs', () => {
    expect(run('licences.mjs')).toMatchObject({ code: 0, stderr: '' });
  });

  it.each(['MIT', '(MIT OR GPL-3.0-only)', 'MIT AND ISC', 'Apache-2.0'])('allows %s', (license) => {
    expect(judge([{ name: 'a', license }])).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    'AGPL-3.0-or-later',
    'MIT AND GPL-3.0-only',
    'SEE LICENSE IN x',
    'MIT OR ISC AND X',
    '',
  ])('refuses %j', (license) => {
    const { code, stderr } = judge([{ name: 'a', license }]);
    expect(code).toBe(1);
    expect(stderr).toContain('a 1.0.0');
  });

  it('refuses a package that names no licence', () => {
    expect(judge([{ name: 'a' }])).toMatchObject({
      code: 1,
      stderr: 'a 1.0.0: names no licence\n',
    });
  });

  it('refuses ua-parser-js from 2 on, whatever licence it names', () => {
    const parser = (version: string): Ended =>
      judge([{ name: 'ua-parser-js', version, license: 'MIT' }]);
    expect(parser('1.0.41').code).toBe(0);
    expect(parser('2.0.0').code).toBe(1);
  });

  it('does not judge development dependencies', () => {
    const packages = [
      { name: 'a', license: 'MIT' },
      { name: 'b', license: 'GPL-3.0-only' },
    ];
    expect(judge(packages, ['b']).code).toBe(0);
    expect(judge(packages).code).toBe(1);
  });

  it('fails where nothing is installed', () => {
    expect(judge([]).code).toBe(1);
  });
});

describe('npm run sbom', () => {
  it('lists every package of a production install and no other', () => {
    const file = join(fs.mkdtempSync(join(tmpdir(), 'sbom-')), 'sbom.json');
    expect(run('sbom.mjs', file)).toMatchObject({ code: 0, stderr: '' });
    const bill = JSON.parse(fs.readFileSync(file, 'utf8')) as Bill;
    fs.rmSync(dirname(file), { recursive: true });
    expect(bill.bomFormat).toBe('CycloneDX');
    expect(bill.metadata.component.name).toBe('workspace-sessions');
    const names = bill.components.map(({ name }) => name);
    const { dependencies, devDependencies } = JSON.parse(
      fs.readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
    expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies)));
    expect(names).toContain('mongodb');
    // What a package of production needs as well is no development dependency alone.
    // npm installs optional peers that a development dependency brings: @types/node, by terminus' optional peer for gRPC.
    const alsoNeeded = [
      '@opentelemetry/api',
      '@types/node',
      'ajv',
      'ajv-formats',
      'js-yaml',
      'typescript',
    ];
    const onlyDev = Object.keys(devDependencies).filter((name) => !alsoNeeded.includes(name));
    expect(names.filter((name) => onlyDev.includes(name))).toEqual([]);
    const refs = new Set(bill.components.map((component) => component['bom-ref']));
    for (const { dependsOn } of bill.dependencies) {
      expect(dependsOn.filter((ref) => !refs.has(ref))).toEqual([]);
    }
  });
});
