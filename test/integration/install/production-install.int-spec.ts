import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { recordPrinted } from '../../support/canaries';
import { openTestDatabase } from '../../support/database';
import { call } from '../../support/http';
import { afterTests } from '../../support/teardown';

const PROJECT = join(__dirname, '../../..');

interface LockedPackage {
  dev?: boolean;
  /** The target of a link: a folder in this repository. */
  resolved?: string;
  link?: boolean;
}

/** The folder of every package that `npm ci --omit=dev` installs, by the lock file. */
function productionPackages(): string[] {
  const lock = fs.readFileSync(join(PROJECT, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock) as { packages: Record<string, LockedPackage> };
  const isProduction = ({ dev, link, resolved = '' }: LockedPackage): boolean =>
    !(link ? packages[resolved]?.dev : dev);
  return Object.entries(packages).flatMap(([path, locked]) =>
    /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && isProduction(locked) ? [path] : [],
  );
}

describe('install without development dependencies', () => {
  let install: string;

  /** Starts the service in the install; apart from `PATH` it sees only `env`. */
  function start(env: Record<string, string>): {
    until(pattern: RegExp): Promise<string>;
    stop(): Promise<number>;
    exited: Promise<{ code: number; printed: string }>;
  } {
    const child = spawn(process.execPath, ['dist/main.js'], {
      cwd: install,
      env: { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1', ...env },
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    }
    const exited = once(child, 'close').then(([code]) => {
      recordPrinted(printed);
      return { code: code as number, printed };
    });
    const stop = async (): Promise<number> => {
      child.kill('SIGTERM');
      return (await exited).code;
    };
    afterTests(stop);
    return {
      async until(pattern) {
        while (!pattern.test(printed) && child.exitCode === null) {
          await Promise.race([exited, once(child.stdout, 'data')]);
        }
        return pattern.exec(printed)?.[1] ?? printed;
      },
      stop,
      exited,
    };
  }

  beforeAll(() => {
    install = fs.mkdtempSync(join(tmpdir(), 'install-'));
    fs.cpSync(join(PROJECT, 'dist'), join(install, 'dist'), { recursive: true });
    for (const path of productionPackages()) {
      // Packages for other systems are in the lock file but not installed.
      if (!fs.existsSync(join(PROJECT, path))) continue;
      fs.mkdirSync(join(install, dirname(path)), { recursive: true });
      fs.symlinkSync(join(PROJECT, path), join(install, path));
    }
  });
  afterAll(() => {
    fs.rmSync(install, { recursive: true });
  });

  it('contains no embedded database', () => {
    expect(fs.existsSync(join(install, 'node_modules', 'mongoose'))).toBe(true);
    expect(fs.existsSync(join(install, 'node_modules', '@workspace-sessions'))).toBe(false);
  });

  it('serves the database that MONGODB_URI names', async () => {
    const { uri } = await openTestDatabase();
    const service = start({ NODE_ENV: 'production', MONGODB_URI: uri });
    const url = await service.until(/listening on (http:\/\/[^\s"]+)/);
    expect((await call(`${url}/api/v1/me`)).status).toBe(401);
    expect(await service.stop()).toBe(0);
  }, 60_000);

  it('says what is missing when MONGODB_URI is not set', async () => {
    const { code, printed } = await start({}).exited;
    expect(code).toBe(1);
    expect(printed.trimEnd().split('\n').at(-1)).toBe(
      'MONGODB_URI is not set, and the embedded database, a development dependency, is not installed. ' +
        'Set MONGODB_URI, or run: npm ci && npm run build',
    );
  }, 60_000);
});
