import { availableParallelism } from 'node:os';
import { SystemClock } from '../common/clock/clock';
import { ApiError } from '../common/errors/api-error';
import { ClusterConfig } from '../config/cluster.config';
import { HttpConfig } from '../config/http.config';
import { BcryptQueue, runsAtOnce } from './bcrypt.queue';
import { tooManyRequests } from '../common/errors/common.problems';

let working = 0;
let most = 0;
let release: () => void;
let released: Promise<void>;

/** Stands in for bcrypt: works until it is released and counts how many calls work at once. */
async function work(): Promise<boolean> {
  most = Math.max(most, ++working);
  await released;
  working--;
  return true;
}

jest.mock('bcrypt', () => ({ compare: () => work(), hash: () => work() }));

describe('runsAtOnce', () => {
  it.each([
    { processors: 1, workers: 1, poolThreads: 4, runs: 1 },
    { processors: 2, workers: 1, poolThreads: 4, runs: 1 },
    { processors: 4, workers: 1, poolThreads: 4, runs: 3 },
    { processors: 16, workers: 1, poolThreads: 4, runs: 3 },
    { processors: 16, workers: 1, poolThreads: 16, runs: 15 },
    { processors: 4, workers: 1, poolThreads: 1, runs: 1 },
    { processors: 4, workers: 2, poolThreads: 4, runs: 1 },
    { processors: 8, workers: 2, poolThreads: 4, runs: 3 },
    { processors: 8, workers: 3, poolThreads: 4, runs: 2 },
    { processors: 4, workers: 4, poolThreads: 4, runs: 1 },
    { processors: 16, workers: 4, poolThreads: 8, runs: 3 },
  ])('of $workers on $processors processors, with $poolThreads threads each: $runs', (machine) => {
    const { processors, workers, poolThreads, runs } = machine;
    const config = Object.assign(new ClusterConfig(), { workers, poolThreads });
    expect(runsAtOnce(processors, config)).toBe(runs);
  });
});

describe('BcryptQueue', () => {
  /** The smaller number of processors and pool threads, minus one. */
  const AT_ONCE = Math.max(1, Math.min(availableParallelism(), 4) - 1);
  let queue: BcryptQueue;

  beforeEach(() => {
    [working, most] = [0, 0];
    released = new Promise((resolve) => (release = resolve));
    queue = new BcryptQueue(new SystemClock(), new HttpConfig(), new ClusterConfig());
  });

  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('compares and hashes few at a time, for all owners together', async () => {
    const asked = Array.from({ length: 40 }, (_, i) =>
      i % 2 ? queue.compare('x', 'y', `user:${i}`) : queue.hash('x', 10, `address:${i}`),
    );
    await settle();
    expect(working).toBe(AT_ONCE);
    release();
    expect(await Promise.all(asked)).toEqual(Array(40).fill(true));
    expect(most).toBe(AT_ONCE);
  });

  it('refuses at once what one owner requests beyond a hundred, but no other owner', async () => {
    const problems: unknown[] = [];
    const asked = Array.from({ length: AT_ONCE + 103 }, () =>
      queue.compare('x', 'y', 'user:a').catch((error: unknown) => {
        problems.push(error instanceof ApiError ? error.problem : error);
      }),
    );
    await settle();
    expect(problems).toEqual(Array(3).fill(tooManyRequests(5)));
    const other = queue.compare('x', 'y', 'user:b');
    release();
    expect(await other).toBe(true);
    await Promise.all(asked);
  });
});
