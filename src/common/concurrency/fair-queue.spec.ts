import { ApiError } from '../errors/api-error';
import { FairQueue, QueueLimits, Job } from './fair-queue';

const LIMITS: QueueLimits = {
  atOnce: 2,
  perOwner: 2,
  waitingPerOwner: 3,
  waiting: 5,
  patienceMs: 1000,
};

describe('FairQueue', () => {
  let now: number;
  /** The running jobs, with what ends them. */
  let working: Map<string, (failure?: Error) => void>;
  let outcomes: Map<string, unknown>;
  let queue: FairQueue;

  const begin = (limits: Partial<QueueLimits> = {}): void => {
    now = 0;
    working = new Map();
    outcomes = new Map();
    queue = new FairQueue({ ...LIMITS, ...limits }, () => now);
  };
  beforeEach(() => {
    begin();
  });

  /** Waits until every job that can continue has done so. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const ask = async (name: string, job: Partial<Job> = {}): Promise<void> => {
    const work = (): Promise<string> =>
      new Promise((resolve, reject) => {
        working.set(name, (failure) => {
          working.delete(name);
          if (failure) reject(failure);
          else resolve(`${name} is done`);
        });
      });
    const problemOf = (error: unknown): unknown =>
      error instanceof ApiError ? error.problem.kind : error;
    queue.run({ owner: name.charAt(0), ...job }, work).then(
      (result) => outcomes.set(name, result),
      (error: unknown) => outcomes.set(name, problemOf(error)),
    );
    await settle();
  };
  const askAll = async (...names: string[]): Promise<void> => {
    for (const name of names) await ask(name);
  };
  const end = async (name: string, failure?: Error): Promise<void> => {
    working.get(name)?.(failure);
    await settle();
  };
  const workers = (): string[] => [...working.keys()];

  it('runs up to the limit at once, passes on results and errors, and continues after a failure', async () => {
    await askAll('a1', 'b1', 'c1', 'd1');
    expect(workers()).toEqual(['a1', 'b1']);
    const failure = new Error('failed');
    await end('a1', failure);
    expect(workers()).toEqual(['b1', 'c1']);
    await end('b1');
    expect(workers()).toEqual(['c1', 'd1']);
    expect([...outcomes]).toEqual([
      ['a1', failure],
      ['b1', 'b1 is done'],
    ]);
  });

  it('serves owners round robin, in whatever order they came and however much they have', async () => {
    begin({ atOnce: 1 });
    await askAll('a1', 'a2', 'a3', 'a4', 'b1', 'c1');
    const order: string[] = [];
    while (workers().length > 0) {
      const [name = ''] = workers();
      order.push(name);
      await end(name);
    }
    expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'a4']);
  });

  it('limits an owner to their share while others pass', async () => {
    begin({ atOnce: 3 });
    await askAll('a1', 'a2', 'a3', 'b1', 'b2');
    expect(workers()).toEqual(['a1', 'a2', 'b1']);
    await end('b1');
    expect(workers()).toEqual(['a1', 'a2', 'b2']);
    await end('a1');
    expect(workers()).toEqual(['a2', 'b2', 'a3']);
  });

  it('runs jobs with the same exclusive key one at a time in order, while others pass', async () => {
    await ask('a1', { alone: 'x' });
    await ask('b1', { alone: 'x' });
    await ask('b2', { alone: 'y' });
    expect(workers()).toEqual(['a1', 'b2']);
    await end('b2');
    expect(workers()).toEqual(['a1']);
    await ask('a2', { alone: 'x' });
    await end('a1', new Error('failed'));
    expect(workers()).toEqual(['b1']);
    await end('b1');
    expect(workers()).toEqual(['a2']);
  });

  it('refuses an owner with too many waiting jobs at once, and keeps the waiting ones', async () => {
    await askAll('a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b1');
    expect([...outcomes]).toEqual([['a6', 'too-many-requests']]);
    await end('a1');
    await end('a2');
    expect(workers()).toEqual(['a3', 'b1']);
    await ask('a6');
    expect(outcomes.size).toBe(3);
  });

  it('makes room for an owner with fewer waiting jobs, at the expense of the longest line', async () => {
    await askAll('a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'b2');
    expect(outcomes.size).toBe(0);
    await ask('c1');
    expect([...outcomes]).toEqual([['a5', 'too-many-requests']]);
    // Two owners now have two waiting jobs and one has one: no line is longer than the newcomer's would be.
    await ask('c2');
    await ask('b3');
    expect([...outcomes].slice(1)).toEqual([
      ['c2', 'overloaded'],
      ['b3', 'overloaded'],
    ]);
    await ask('d1');
    expect([...outcomes].slice(3)).toEqual([['a4', 'too-many-requests']]);
  });

  it('refuses a job that has waited longer than its request lasts', async () => {
    await askAll('a1', 'a2', 'b1');
    now = 1;
    await askAll('b2', 'b3');
    now = 1001;
    await end('a1');
    expect(workers()).toEqual(['a2', 'b2']);
    expect(outcomes.get('b1')).toBe('overloaded');
    now = 1002;
    await end('b2');
    expect(workers()).toEqual(['a2']);
    expect(outcomes.get('b3')).toBe('overloaded');
  });

  it('keeps nothing about owners whose work is done', async () => {
    await askAll('a1', 'a2', 'a3', 'b1', 'c1');
    while (workers().length > 0) await end(workers()[0] ?? '');
    expect(outcomes.size).toBe(5);
    const kept = Object.values(queue).filter((part) => part instanceof Map || part instanceof Set);
    expect(kept.map(({ size }) => size)).toEqual([0, 0, 0]);
    await askAll('d1', 'd2', 'd3');
    expect(workers()).toEqual(['d1', 'd2']);
  });
});
