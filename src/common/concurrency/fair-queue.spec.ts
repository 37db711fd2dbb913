import { ApiError } from '../errors/api-error';
import { FairQueue, QueueLimits, Turn } from './fair-queue';

const LIMITS: QueueLimits = {
  atOnce: 2,
  perOwner: 2,
  waitingPerOwner: 3,
  waiting: 5,
  patienceMs: 1000,
};

describe('FairQueue', () => {
  let now: number;
  /** The work in progress by name, with the function that ends it. */
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

  /** Resolves when everything that can go on has gone on. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const ask = async (name: string, turn: Partial<Turn> = {}): Promise<void> => {
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
    queue.run({ owner: name.charAt(0), ...turn }, work).then(
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

  it('limits the work at once, passes on results and errors, and goes on after a failure', async () => {
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

  it('serves owners in turn, regardless of who came first and how much each has waiting', async () => {
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

  it('limits one owner to a share of the running work and lets others pass', async () => {
    begin({ atOnce: 3 });
    await askAll('a1', 'a2', 'a3', 'b1', 'b2');
    expect(workers()).toEqual(['a1', 'a2', 'b1']);
    await end('b1');
    expect(workers()).toEqual(['a1', 'a2', 'b2']);
    await end('a1');
    expect(workers()).toEqual(['a2', 'b2', 'a3']);
  });

  it('runs work that needs a thing alone one at a time, in order, and lets other work pass', async () => {
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

  it('refuses at once an owner with too much waiting, and keeps what already waits', async () => {
    await askAll('a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b1');
    expect([...outcomes]).toEqual([['a6', 'too-many-requests']]);
    await end('a1');
    await end('a2');
    expect(workers()).toEqual(['a3', 'b1']);
    await ask('a6');
    expect(outcomes.size).toBe(3);
  });

  it('makes room for an owner with less waiting at the cost of the one with the most', async () => {
    await askAll('a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'b2');
    expect(outcomes.size).toBe(0);
    await ask('c1');
    expect([...outcomes]).toEqual([['a5', 'too-many-requests']]);
    // Two owners have two waiting and one has one: no owner has more than the newcomer would have.
    await ask('c2');
    await ask('b3');
    expect([...outcomes].slice(1)).toEqual([
      ['c2', 'overloaded'],
      ['b3', 'overloaded'],
    ]);
    await ask('d1');
    expect([...outcomes].slice(3)).toEqual([['a4', 'too-many-requests']]);
  });

  it('drops work that has waited longer than any client does', async () => {
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
