import fc from 'fast-check';
import { gramsOf, OVERFLOW, telling } from './grams';

const isPart = (part: string, text: string): boolean => {
  const grams = new Set(gramsOf([text]));
  return gramsOf([part]).every((gram) => grams.has(gram));
};

describe('pieces of a text', () => {
  it('contain those of each of its parts', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(fc.property(texts, texts, texts, (a, b, c) => isPart(b, a + b + c)));
  });

  it('are the same for whatever a case-insensitive pattern takes for the same', () => {
    const different: string[] = [];
    for (let code = 0x80; code <= 0x1ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      const cased = new RegExp(`^${character}$`, 'iu');
      for (const other of [character.toLowerCase(), character.toUpperCase()]) {
        if (cased.test(other) && !isPart(`xx${other}yy`, `xx${character}yy`)) different.push(other);
      }
    }
    expect(different).toEqual([]);
    for (const [a, b] of ['kK', 'k\u212a', 's\u017f', 'σς', 'å\u212b', 'µμ', 'ß\u1e9e']) {
      expect(isPart(`xx${String(a)}yy`, `xx${String(b)}yy`)).toBe(true);
    }
  });

  it('tell apart what has none in common', () => {
    expect(isPart('abc', 'abd')).toBe(false);
    expect(gramsOf(['ab', ''])).toEqual([]);
    expect(gramsOf(['abc', 'ABC', 'xabc'])).toHaveLength(2);
  });

  it('are long around punctuation, and the long ones are looked for', () => {
    const [long, ...others] = telling('ab.cde');
    expect(others).toEqual([]);
    expect(gramsOf(['ab.cde'])).toHaveLength(5);
    expect(gramsOf(['AB.CDE-other'])).toContain(long);
    expect(gramsOf(['ab.cdx', 'ab.cd'])).not.toContain(long);
    expect(gramsOf(['abcdef'])).toHaveLength(4);
    // Those in none of the long ones tell something too.
    expect(telling('ab.cdefghi')).toEqual([long, ...gramsOf(['defghi'])]);
    expect(telling('ab')).toEqual([]);
    // All short pieces of this address are in two others.
    const known = gramsOf(['10.0.3.7', '8.8.3.77']);
    const address = '10.0.3.77';
    const starts = Array.from({ length: address.length - 2 }, (_, at) => at);
    const short = starts.flatMap((at) => gramsOf([address.slice(at, at + 3)]));
    expect(short.filter((gram) => !known.includes(gram))).toEqual([]);
    expect(telling(address).filter((gram) => !known.includes(gram))).not.toEqual([]);
  });

  it('that are looked for are in each text that contains theirs', () => {
    const texts = fc.string({
      unit: fc.constantFrom('a', '1', '.', ':', ' ', '-', 'é', '\u212a', '\u{1f600}', 'ß'),
      maxLength: 30,
    });
    fc.assert(
      fc.property(texts, texts, texts, (a, b, c) => {
        const grams = new Set(gramsOf([a + b + c]));
        expect(telling(b).filter((gram) => !grams.has(gram))).toEqual([]);
        expect(telling(b).length > 0).toBe(gramsOf([b]).length > 0);
      }),
    );
  });

  it('mark a text that is too long to be cut into all of its pieces', () => {
    expect(gramsOf(['x'.repeat(512)])).not.toContain(OVERFLOW);
    expect(gramsOf(['x'.repeat(513)])).toContain(OVERFLOW);
  });
});
