import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

const ROOT = join(__dirname, '../..');
const read = (path: string): unknown => load(readFileSync(join(ROOT, path), 'utf8'));

interface Step {
  uses?: string;
  run?: string;
  env?: Record<string, string>;
}

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<
    string,
    {
      'timeout-minutes': number;
      permissions?: Record<string, string>;
      strategy?: { matrix: Record<string, unknown[]> };
      services?: Record<string, { image: string }>;
      steps: Step[];
    }
  >;
}

const WORKFLOWS = ['.github/workflows/ci.yaml', '.github/workflows/codeql.yaml'];

describe.each(WORKFLOWS)('%s', (path) => {
  const { on, permissions, jobs } = read(path) as Workflow;

  it('may read the code and nothing else, unless a job says so', () => {
    expect(permissions).toEqual({ contents: 'read' });
    // With the rights of the repository, a pull request's code would run.
    expect(Object.keys(on)).not.toContain('pull_request_target');
    for (const { permissions: own = {} } of Object.values(jobs)) {
      const written = Object.entries(own).filter(([, right]) => right === 'write');
      expect(['', 'security-events']).toContain(written.map(([name]) => name).join());
    }
  });

  it('ends every job in time, and puts no text of others into a shell', () => {
    for (const { 'timeout-minutes': minutes, steps } of Object.values(jobs)) {
      expect(minutes).toBeLessThanOrEqual(60);
      for (const { run = '', uses } of steps) {
        expect(run).not.toContain('${{');
        expect(uses === undefined || /^[\w-]+(\/[\w-]+)+@v\d+$/.test(uses)).toBe(true);
      }
    }
  });

  it('calls only scripts and files that there are', () => {
    const { scripts } = read('package.json') as { scripts: Record<string, string> };
    const runs = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run = '' }) => run));
    for (const [, script = ''] of runs.join('\n').matchAll(/npm run ([\w:]+)/g)) {
      expect(Object.keys(scripts)).toContain(script);
    }
    for (const [file] of runs.join('\n').matchAll(/deploy\/[\w/-]+/g)) {
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
    }
  });
});

describe('CI on GitHub', () => {
  const { jobs } = read('.github/workflows/ci.yaml') as Workflow;

  it('tests every line of Node on MongoDB 7 and 8', () => {
    const { strategy, services, steps = [] } = jobs.test ?? {};
    expect(strategy?.matrix).toEqual({ node: [20, 22, 24], mongodb: ['7.0', '8.0'] });
    expect(services?.mongodb?.image).toBe('mongo:${{ matrix.mongodb }}');
    expect(steps).toContainEqual({
      run: 'npm run test:all',
      env: { TEST_MONGODB_URI: 'mongodb://127.0.0.1:27017' },
    });
  });
});

describe('.github/dependabot.yml', () => {
  const { version, updates } = read('.github/dependabot.yml') as {
    version: number;
    updates: { 'package-ecosystem': string; directory: string; ignore?: object[] }[];
  };

  it('watches packages, actions and images, in folders that there are', () => {
    expect(version).toBe(2);
    expect(updates.map((update) => update['package-ecosystem'])).toEqual([
      'npm',
      'github-actions',
      'docker',
      'docker-compose',
    ]);
    for (const { directory } of updates) expect(existsSync(join(ROOT, directory))).toBe(true);
  });

  it('keeps ua-parser-js below 2', () => {
    expect(updates[0]?.ignore).toContainEqual({
      'dependency-name': 'ua-parser-js',
      versions: ['>=2'],
    });
  });
});
