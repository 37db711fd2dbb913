import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
      steps: Step[];
    }
  >;
}

const WORKFLOWS = ['ci', 'codeql', 'weekly'].map((name) => `.github/workflows/${name}.yaml`);
/** GitHub ends a job after six hours; the long trials may take most of that. */
const LONGEST_MINUTES: Record<string, number> = { '.github/workflows/weekly.yaml': 300 };
/** Where it listens on the runner. Its member has the same name, so the driver finds it by the set's own word. */
const TEST_MONGODB_URI = 'mongodb://127.0.0.1:27017';

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
      expect(minutes).toBeLessThanOrEqual(LONGEST_MINUTES[path] ?? 60);
      for (const { run = '' } of steps) expect(run).not.toContain('${{');
    }
  });

  // A tag can be moved to other code; Dependabot moves the commit, and the version beside it.
  it('names the commit of each action, and its version', () => {
    const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
    const uses = lines.filter((line) => line.includes('uses:'));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) {
      expect(line).toMatch(/uses: [\w-]+(\/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it('calls only scripts and files that there are', () => {
    const { scripts } = read('package.json') as { scripts: Record<string, string> };
    const runs = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run = '' }) => run));
    for (const [, script = ''] of runs.join('\n').matchAll(/npm run ([\w:]+)/g)) {
      expect(Object.keys(scripts)).toContain(script);
    }
    for (const [file] of runs.join('\n').matchAll(/(deploy|scripts|\.github)\/[\w/.-]+/g)) {
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
    }
  });
});

/** The steps of a job, each as what it runs. */
const runsOf = (steps: Step[] = []): string[] => steps.map(({ run = '' }) => run);

describe('CI on GitHub', () => {
  const { test } = (read('.github/workflows/ci.yaml') as Workflow).jobs;

  it('tests every line of Node on MongoDB 7 and 8, in one process and in three', () => {
    const runs = runsOf(test?.steps);
    expect(test?.strategy?.matrix).toEqual({ node: [20, 22, 24], mongodb: ['7.0', '8.0'] });
    expect(test?.steps).toContainEqual({
      run: '.github/start-mongodb "$IMAGE"',
      env: { IMAGE: 'mongo:${{ matrix.mongodb }}' },
    });
    for (const run of ['npm run test:all', 'node scripts/test.mjs --three-instances']) {
      expect(test?.steps).toContainEqual({ run, env: { TEST_MONGODB_URI } });
      expect(runs.indexOf(run)).toBeGreaterThan(runs.indexOf('.github/start-mongodb "$IMAGE"'));
    }
  });

  it('installs the programs whose tests would skip without them, and starts none of them', () => {
    const [installs = ''] = runsOf(test?.steps).filter((run) => run.includes('apt-get install'));
    for (const name of ['nginx-light', 'caddy', 'prometheus']) expect(installs).toContain(name);
    expect(installs).toContain('/usr/sbin/policy-rc.d');
  });
});

describe('the long trials on GitHub', () => {
  const { on, jobs } = read('.github/workflows/weekly.yaml') as Workflow;

  it('run each week, on MongoDB', () => {
    const [job] = Object.values(jobs);
    const runs = runsOf(job?.steps);
    expect(on).toEqual({
      schedule: [{ cron: expect.stringMatching(/ \* \* \d$/) as string }],
      workflow_dispatch: null,
    });
    expect(job?.steps).toContainEqual({ run: 'npm run test:nightly', env: { TEST_MONGODB_URI } });
    expect(runs.indexOf('npm run test:nightly')).toBeGreaterThan(
      runs.indexOf('.github/start-mongodb mongo:8.0'),
    );
  });

  it('try the kills of revocations and all tests with three instances as well', () => {
    const script = readFileSync(join(ROOT, 'scripts/test-nightly.mjs'), 'utf8');
    expect(script).toContain("'test/e2e/audit/audit-trail.kill.e2e-spec.ts'");
    expect(script).toContain("AUDIT_KILLS = '100'");
    expect(script).toContain("'--all-three-instances'");
  });
});

describe('.github/start-mongodb', () => {
  const path = join(ROOT, '.github/start-mongodb');
  const script = readFileSync(path, 'utf8');

  // A standalone server has no change streams, so the index of live sessions would not be tested.
  it('starts a replica set whose member has the address that the tests use', () => {
    expect(script).toContain('--replSet rs0');
    expect(script).toContain('--publish 127.0.0.1:27017:27017');
    expect(script).toContain("host: '127.0.0.1:27017'");
    expect(script).toContain('isWritablePrimary');
    expect(statSync(path).mode & 0o111).toBe(0o111);
  });

  /** Runs it with a `docker` that notes its arguments, and says of the database what it is told to. */
  function start(isPrimary: boolean): { status: number | null; calls: string } {
    const folder = mkdtempSync(join(tmpdir(), 'docker-'));
    const [calls, docker] = [join(folder, 'calls'), join(folder, 'docker')];
    const answer = isPrimary ? 0 : 1;
    const text = `#!/bin/sh\necho "$*" >>'${calls}'\n[ "$1" = exec ] && exit ${answer}\nexit 0\n`;
    writeFileSync(docker, text, { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env.PATH}`, MONGODB_START_SECONDS: '2' };
    const { status } = spawnSync(path, ['mongo:8.0'], { env });
    const result = { status, calls: readFileSync(calls, 'utf8') };
    rmSync(folder, { recursive: true });
    return result;
  }

  it('waits until there is a primary, and fails if there never is', () => {
    const { status, calls } = start(true);
    expect(status).toBe(0);
    expect(calls).toMatch(/^run .*mongo:8\.0 --replSet rs0/);
    expect(calls.split('\n').filter((line) => line.startsWith('exec'))).toHaveLength(1);
    expect(start(false).status).not.toBe(0);
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
