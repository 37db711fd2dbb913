import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { TRACING_PACKAGES } from '../../src/tracing/start-tracing';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** They keep the heap small (docs/operations.md). */
const NODE_OPTIONS = [
  '--max-semi-space-size=4',
  '--heap-growing-percent=20',
  '--no-parallel-scavenge',
];

interface Instruction {
  name: string;
  text: string;
}

/** The stages of the Dockerfile, each with its instructions. Escaped line ends are joined. */
function stagesOf(dockerfile: string): Instruction[][] {
  const lines = dockerfile.replace(/\\\n/g, ' ').split('\n');
  const stages: Instruction[][] = [[]];
  for (const line of lines.filter((text) => text.trim() && !text.startsWith('#'))) {
    const [, name = '', text = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (name === 'FROM') stages.push([]);
    stages.at(-1)?.push({ name, text });
  }
  return stages;
}

/** What it copies from the repository. */
function sourcesOf(stages: Instruction[][]): string[] {
  return stages
    .flat()
    .filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from'))
    .flatMap(({ text }) => text.split(' ').slice(0, -1));
}

describe('deploy/Dockerfile', () => {
  const stages = stagesOf(read('deploy/Dockerfile'));
  const last = stages.at(-1) ?? [];
  const all = (name: string): string[] =>
    last.filter((each) => each.name === name).map(({ text }) => text);

  it('is made of known instructions, without ADD and without a secret', () => {
    const names = new Set(stages.flat().map(({ name }) => name));
    const known = [
      'ARG',
      'FROM',
      'WORKDIR',
      'COPY',
      'RUN',
      'ENV',
      'EXPOSE',
      'USER',
      'HEALTHCHECK',
      'CMD',
    ];
    expect([...names].filter((name) => !known.includes(name))).toEqual([]);
    expect(
      stages.flat().filter(({ text }) => /MONGODB_URI|PASSWORD|KEYS|TOKEN/.test(text)),
    ).toEqual([]);
  });

  it('runs as a user by number who is not root', () => {
    expect(all('USER')).toEqual(['10001:10001']);
    expect(last.findIndex(({ name }) => name === 'USER')).toBeGreaterThan(
      last.map(({ name }) => name).lastIndexOf('COPY'),
    );
  });

  it('has a health check and starts Node itself, both without a shell', () => {
    expect(all('HEALTHCHECK')).toEqual([
      expect.stringMatching(/CMD \["node", "\/app\/healthcheck\.mjs"\]$/),
    ]);
    const command = ['node', ...NODE_OPTIONS, '/app/dist/main.js'];
    expect(all('CMD').map((text) => JSON.parse(text) as unknown)).toEqual([command]);
  });

  it.each([
    ['deploy/systemd/workspace-sessions.service', `node ${NODE_OPTIONS.join(' ')} dist/main.js`],
    ['docs/operations.md', `node ${NODE_OPTIONS.join(' ')} dist/main.js`],
    ['package.json', `node ${NODE_OPTIONS.join(' ')} scripts/start.mjs`],
    ['bench/service.mjs', `'${NODE_OPTIONS.join("', '")}'`],
  ])('starts Node with the same options as %s', (path, start) => {
    expect(read(path)).toContain(start);
  });

  it('takes from the first stage what is left without development dependencies', () => {
    const [, build = []] = stages;
    const texts = build.map(({ name, text }) => `${name} ${text}`);
    const pruned = texts.indexOf('RUN npm run build && npm prune --omit=dev');
    expect(pruned).toBeGreaterThan(0);
    // What comes after it is the packages of tracing, for who asks for them.
    expect(texts.slice(pruned + 1)).toEqual([
      'ARG WITH_TRACING=false',
      expect.stringMatching(/^RUN if \[ "\$WITH_TRACING" = true \]; then npm install .* fi$/),
    ]);
    expect(all('COPY').filter((text) => text.startsWith('--from'))).toEqual(
      ['package.json', 'node_modules', 'dist'].map((path) => `--from=build /build/${path} ${path}`),
    );
  });

  it('adds the packages of tracing in the versions that the service names', () => {
    const run = stages[1]?.at(-1)?.text ?? '';
    const [, program = ''] = /\$\(node -p "([^"]+)"\)/.exec(run) ?? [];
    const named = execFileSync(process.execPath, ['-p', program], { cwd: ROOT, encoding: 'utf8' });
    const expected = Object.entries(TRACING_PACKAGES).map((entry) => entry.join('@'));
    expect(named.trim().split(' ')).toEqual(expected);
    // By hand, docs/logs.md installs the same.
    const [, command] = /(npm install [^$]+) \$\(/.exec(run) ?? [];
    expect(read('docs/logs.md').replace(/\s*\\\n\s*/g, ' ')).toContain(
      `${command?.trim()} ${expected.join(' ')}\n`,
    );
  });

  it('copies only what is there, and what .dockerignore lets through', () => {
    const admitted = read('.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    for (const source of sourcesOf(stages)) {
      expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
      const isAdmitted = admitted.some((path) => source === path || source.startsWith(`${path}/`));
      expect([source, isAdmitted]).toEqual([source, true]);
    }
  });

  it('uses Node 24, as CI does', () => {
    expect(read('deploy/Dockerfile')).toMatch(/^ARG NODE_IMAGE=node:24-bookworm-slim$/m);
  });
});

interface ComposeService {
  image: string;
  read_only?: boolean;
  user?: string;
  cap_drop?: string[];
  security_opt?: string[];
  environment?: Record<string, string>;
  secrets?: (string | { source: string; target: string })[];
  networks?: string[];
  volumes?: string[];
  ports?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  stop_grace_period?: string;
  command?: string[];
}

interface Compose {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
  networks: Record<string, object>;
  volumes: Record<string, null>;
}

describe('deploy/compose.yaml', () => {
  const compose = load(read('deploy/compose.yaml'), { schema: YAML11_SCHEMA }) as Compose;
  const services = Object.entries(compose.services);

  it('has three members of one replica set and the service', () => {
    const members = services.filter(([, { command = [] }]) => command.includes('--replSet'));
    expect(members.map(([name]) => name)).toEqual(['mongo-1', 'mongo-2', 'mongo-3']);
    const script = read('deploy/compose/mongo-init.js');
    for (const [name] of members) expect(script).toContain(`'${name}:27017'`);
    expect(compose.services.service).toBeDefined();
  });

  it.each(services)('%s can gain no right and write to no root file system', (_name, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
  });

  it.each(services)('%s refers only to what there is', (_name, service) => {
    const secrets = (service.secrets ?? []).map((secret) =>
      typeof secret === 'string' ? secret : secret.source,
    );
    const volumes = (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? '');
    const files = volumes.filter((path) => path.startsWith('.'));
    expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(secrets));
    expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining(service.networks ?? []));
    expect(Object.keys(compose.volumes)).toEqual(
      expect.arrayContaining(volumes.filter((path) => !path.startsWith('.'))),
    );
    for (const path of files) expect(existsSync(join(ROOT, 'deploy', path))).toBe(true);
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const isHealthAsked = condition === 'service_healthy';
      expect(compose.services[other]).toBeDefined();
      expect(!isHealthAsked || compose.services[other]?.healthcheck !== undefined).toBe(true);
    }
  });

  it('gives secrets as files that git ignores, and the service its own alone', () => {
    expect(compose.services.service?.secrets).toEqual([{ source: 'service-env', target: '.env' }]);
    for (const { file } of Object.values(compose.secrets)) {
      const path = join('deploy', file);
      expect(execFileSync('git', ['check-ignore', path], { cwd: ROOT, encoding: 'utf8' })).toBe(
        `${path}\n`,
      );
    }
    for (const [, { environment = {} }] of services) {
      for (const [name, value] of Object.entries(environment)) {
        expect(/PASSWORD|URI|KEY/.test(name) && !value.startsWith('/')).toBe(false);
      }
    }
  });

  it('opens the service to this machine only, and the database to none', () => {
    const open = services.filter(([, { ports }]) => ports !== undefined);
    expect(open.map(([name, { ports }]) => [name, ports])).toEqual([
      ['service', ['127.0.0.1:3000:3000']],
    ]);
    expect(compose.networks.database).toEqual({ internal: true });
  });

  it('gives the service more time to stop than a request may take', () => {
    const seconds = Number.parseInt(compose.services.service?.stop_grace_period ?? '', 10);
    expect(seconds * 1000).toBeGreaterThan(5000);
  });
});
