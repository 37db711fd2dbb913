import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const JEST = require.resolve('jest/bin/jest');

interface Results {
  testResults: { name: string; status: string; message: string }[];
}

/** Runs the fixtures, one after the other, in one process: a worker that has run other files before. */
function runFixtures(): Map<string, { status: string; message: string }> {
  const args = ['--runInBand', '--json', '--testRegex', 'test/runner/fixtures/.*\\.fixture\\.ts$'];
  const { stdout } = spawnSync(process.execPath, [JEST, ...args], { cwd: ROOT, encoding: 'utf8' });
  const { testResults } = JSON.parse(stdout) as Results;
  return new Map(
    testResults.map(({ name, ...result }) => [/(\w+)\.fixture/.exec(name)?.[1] ?? name, result]),
  );
}

describe('the test runner', () => {
  const results = runFixtures();

  it('passes a file that passes', () => {
    expect(results.get('first')?.status).toBe('passed');
  });

  it('fails a file that leaves an error uncaught, also when another file ran before it', () => {
    expect(results.get('second')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('left alone') as string,
    });
  });

  it('fails a file that mocks a shared package, for the mock would be ignored', () => {
    expect(results.get('third')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('cannot be mocked') as string,
    });
  });
});
