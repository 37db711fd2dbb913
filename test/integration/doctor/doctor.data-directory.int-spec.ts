import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from '@workspace-sessions/embedded-mongo';
import { NamedFinding } from '../../../src/doctor/named-finding';
import { callCommand } from '../../support/command';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** What the doctor finds about the embedded database in this directory. */
async function databaseFinding(EMBEDDED_DATA_DIR: string): Promise<NamedFinding | undefined> {
  const { stdout } = await callCommand('doctor', { args: ['--json'], env: { EMBEDDED_DATA_DIR } });
  const { findings } = JSON.parse(stdout) as { findings: NamedFinding[] };
  return findings.find(({ check }) => check === 'database');
}

const NO_DATABASE = {
  status: 'fail',
  found: 'MONGODB_URI is not set, and EMBEDDED_DATA_DIR holds no database.',
};

describe('workspace -- doctor, on a data directory', () => {
  it('creates no directory when there is none', async () => {
    const missing = join(directory, 'data');
    expect(await databaseFinding(missing)).toMatchObject(NO_DATABASE);
    expect(existsSync(missing)).toBe(false);
  });

  it('creates nothing in a directory without a database', async () => {
    expect(await databaseFinding(directory)).toMatchObject(NO_DATABASE);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('finds the database in the directory, and leaves it as it is', async () => {
    const data = { directory, sync: 'always' as const, report: () => undefined };
    await (await startEmbeddedMongo({ data })).stop();
    const contents = (): [string, Buffer][] =>
      readdirSync(directory).map((name) => [name, readFileSync(join(directory, name))]);
    const before = contents();
    expect(await databaseFinding(directory)).toMatchObject({ status: 'ok' });
    expect(contents()).toEqual(before);
  });
});
