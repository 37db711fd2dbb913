import { Bag } from './bag';

interface Thing {
  name: string;
}

describe('Bag', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name): Thing => ({ name })) as [Thing, Thing, Thing];
  let bag: Bag<Thing>;
  const names = (): string[] => [...bag].map(({ name }) => name).sort();

  beforeEach(() => {
    bag = new Bag();
    for (const thing of [a, b, c]) bag.add(thing);
  });

  it.each([
    ['the first', a, ['b', 'c']],
    ['one amid the others', b, ['a', 'c']],
    ['the last', c, ['a', 'b']],
  ])('gives %s back once', (_which, thing, left) => {
    expect(bag.delete(thing)).toBe(true);
    expect(bag.delete(thing)).toBe(false);
    expect([names(), bag.size, bag.has(thing)]).toEqual([left, 2, false]);
  });

  it('holds each thing once', () => {
    bag.add(a);
    expect([names(), bag.size]).toEqual([['a', 'b', 'c'], 3]);
  });

  it('can be emptied in any order, and filled again', () => {
    for (const thing of [b, a, c]) expect(bag.delete(thing)).toBe(true);
    expect([bag.size, bag.has(a)]).toEqual([0, false]);
    bag.add(b);
    expect([names(), bag.has(b)]).toEqual([['b'], true]);
  });

  it('goes through those that were there, whatever comes and goes meanwhile', () => {
    const seen: string[] = [];
    for (const thing of bag) {
      seen.push(thing.name);
      bag.delete(thing);
      bag.add({ name: 'd' });
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(names()).toEqual(['d', 'd', 'd']);
  });

  it('does not mix up what two of them hold', () => {
    const other = new Bag<Thing>();
    other.add(c);
    expect([other.has(a), other.delete(a), other.delete(c), bag.has(c)]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});
