import fc from 'fast-check';
import { OrderedMap } from './ordered-map';

describe('OrderedMap', () => {
  it('holds what a sorted list would hold, after any changes, in both directions', () => {
    const key = fc.integer({ min: 0, max: 3000 }).map((n) => String(n).padStart(4, '0'));
    const change = fc.tuple(fc.boolean(), key);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6000, size: 'max' }), key, key, (changes, a, b) => {
        const map = new OrderedMap<string>();
        const expected = new Set<string>();
        for (const [isAdded, name] of changes) {
          if (isAdded) map.set(name, name);
          else map.delete(name);
          if (isAdded) expected.add(name);
          else expected.delete(name);
        }
        const within = [...expected].filter((name) => name >= a && name < b).sort();
        expect([...map.ascending(a, b)]).toEqual(within);
        expect([...map.descending(a, b)]).toEqual(within.reverse());
        expect(map.size).toBe(expected.size);
      }),
      { numRuns: 30 },
    );
  });

  it('replaces the value of a key', () => {
    const map = new OrderedMap<number>();
    map.set('a', 1);
    map.set('a', 2);
    expect([...map.ascending('', 'z')]).toEqual([2]);
  });
});
