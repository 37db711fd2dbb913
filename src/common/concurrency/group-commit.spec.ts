import { GroupCommit, Overfull } from './group-commit';

describe('GroupCommit', () => {
  const LIMITS = { batch: 4, waiting: 6 };
  let batches: number[][];
  let failures: Map<number, unknown>;
  let release: () => void;
  let gate: Promise<void>;
  let group: GroupCommit<number>;

  beforeEach(() => {
    batches = [];
    failures = new Map();
    gate = Promise.resolve();
    release = () => undefined;
    group = new GroupCommit(async (items) => {
      batches.push([...items]);
      await gate;
      return failures;
    }, LIMITS);
  });

  const close = (): void => {
    gate = new Promise((resolve) => (release = resolve));
  };
  const turn = (): Promise<void> =>
    new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

  it('writes together what comes in one turn, and what comes while a batch is on its way', async () => {
    close();
    const first = [group.commit(1), group.commit(2)];
    await turn();
    const later = [3, 4, 5].map((item) => group.commit(item));
    release();
    await Promise.all([...first, ...later]);
    expect(batches).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  it('writes one batch at a time, each of a bounded size', async () => {
    await Promise.all([1, 2, 3, 4, 5, 6].map((item) => group.commit(item)));
    expect(batches).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });

  describe('with a time to gather', () => {
    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: ['setImmediate'] });
      group = new GroupCommit(
        (items) => {
          batches.push([...items]);
          return Promise.resolve(failures);
        },
        { ...LIMITS, gatherMs: 3 },
      );
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it.each([
      [2, 2],
      [3, 3],
      [4, 3],
    ])('after a batch of %d waits for more for %d ms', async (count, ms) => {
      await Promise.all(Array.from({ length: count }, (_, n) => group.commit(n)));
      const later = [group.commit(5)];
      await jest.advanceTimersByTimeAsync(ms - 1);
      later.push(group.commit(6));
      await turn();
      expect(batches).toHaveLength(1);
      await jest.advanceTimersByTimeAsync(1);
      await Promise.all(later);
      expect(batches.slice(1)).toEqual([[5, 6]]);
    });

    it('never waits with an item that comes alone', async () => {
      for (const item of [1, 2, 3]) await group.commit(item);
      expect(batches).toEqual([[1], [2], [3]]);
      expect(jest.getTimerCount()).toBe(0);
    });
  });

  it('resolves only when the item is written', async () => {
    close();
    let isWritten = false;
    const written = group.commit(1).then(() => (isWritten = true));
    await turn();
    expect(batches).toEqual([[1]]);
    expect(isWritten).toBe(false);
    release();
    await written;
  });

  it('refuses what would wait behind too many, and takes more when they are written', async () => {
    close();
    const taken = [1, 2, 3, 4, 5, 6].map((item) => group.commit(item));
    await expect(group.commit(7)).rejects.toThrow(Overfull);
    release();
    await Promise.all(taken);
    await group.commit(8);
    expect(batches.flat()).toEqual([1, 2, 3, 4, 5, 6, 8]);
  });

  it('rejects the items that were not written, and only those', async () => {
    failures.set(1, new Error('the second'));
    const settled = await Promise.allSettled([1, 2, 3].map((item) => group.commit(item)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('rejects a whole batch that failed, and writes the next one', async () => {
    close();
    const write = group.commit(1);
    gate = Promise.reject(new Error('away'));
    gate.catch(() => undefined);
    await expect(write).rejects.toThrow('away');
    gate = Promise.resolve();
    await group.commit(2);
    expect(batches).toEqual([[1], [2]]);
  });

  it('is idle when nothing is left', async () => {
    await group.idle();
    const written = [1, 2, 3, 4, 5].map((item) => group.commit(item));
    await group.idle();
    expect(batches.flat()).toEqual([1, 2, 3, 4, 5]);
    await Promise.all(written);
  });
});
