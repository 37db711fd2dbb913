import { SharedReads } from './shared-reads';

describe('SharedReads', () => {
  /** The reads that have begun, in order. */
  let begun: { key: string; resolve: (value: string) => void; reject: (error: Error) => void }[];
  let reads: SharedReads<string>;

  const settled = (): Promise<void> => new Promise(setImmediate);

  beforeEach(() => {
    begun = [];
    reads = new SharedReads((key) => {
      return new Promise((resolve, reject) => begun.push({ key, resolve, reject }));
    });
  });

  it('reads at once, and anew each time', async () => {
    for (const value of ['old', 'new']) {
      const answer = reads.get('a');
      begun.at(-1)?.resolve(value);
      await expect(answer).resolves.toBe(value);
    }
    expect(begun).toHaveLength(2);
  });

  it('gives nobody a read that began before they asked, and lets them share the next', async () => {
    const first = reads.get('a');
    const later = [reads.get('a'), reads.get('a')];
    await settled();
    expect(begun).toHaveLength(1);
    begun[0]?.resolve('before');
    await expect(first).resolves.toBe('before');
    await settled();
    expect(begun).toHaveLength(2);
    const latest = reads.get('a');
    begun[1]?.resolve('after');
    await expect(Promise.all(later)).resolves.toEqual(['after', 'after']);
    await settled();
    begun[2]?.resolve('latest');
    await expect(latest).resolves.toBe('latest');
    expect(begun).toHaveLength(3);
  });

  it('does not let one key wait for another', async () => {
    const answers = [reads.get('a'), reads.get('b')];
    begun.forEach(({ key, resolve }) => {
      resolve(`of ${key}`);
    });
    await expect(Promise.all(answers)).resolves.toEqual(['of a', 'of b']);
  });

  it('fails those who share a read that fails, and nobody after them', async () => {
    const first = reads.get('a');
    const second = reads.get('a');
    begun[0]?.reject(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    await settled();
    begun[1]?.resolve('back');
    await expect(second).resolves.toBe('back');
  });
});
