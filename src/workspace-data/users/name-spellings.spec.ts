import fc from 'fast-check';
import { foldCase } from './login-name';
import { spellingsOf } from './name-spellings';

describe('the spellings of a name', () => {
  it('are complete for a name of few letters and any number of digits', () => {
    const { likely, prefixes } = spellingsOf('Us3r');
    expect(prefixes).toEqual([]);
    expect([...likely].sort()).toEqual(
      ['us3r', 'us3R', 'uS3r', 'uS3R', 'Us3r', 'Us3R', 'US3r', 'US3R'].sort(),
    );
    expect(spellingsOf('user100000').prefixes).toEqual([]);
    expect(spellingsOf('abcdef').likely).toHaveLength(64);
  });

  it('are all prefixes of a longer name, and whole names with the rest as typed, lower or upper', () => {
    const { likely, prefixes } = spellingsOf('a1.BcDeF.Gh');
    expect(prefixes).toHaveLength(64);
    expect(prefixes).toContain('A1.bCdEf.');
    for (const name of ['a1.BcDeF.Gh', 'A1.BCDEF.GH', 'a1.bcdef.gh', 'a1.BCdef.gh', 'A1.bcdef.GH'])
      expect(likely).toContain(name);
    expect(likely).not.toContain('a1.bcdef.gH');
  });

  it('stop before a character that no expression may hold', () => {
    expect(spellingsOf('ab\u0000cd').prefixes.sort()).toEqual(['AB', 'Ab', 'aB', 'ab']);
    for (const first of ['\u0000', '\ud800', '\n', '\u2028', '\u0085']) {
      const name = `${first}name`;
      const upper = `${first}NAME`;
      expect(spellingsOf(name)).toEqual({
        likely: expect.arrayContaining([name, upper]) as string[],
        prefixes: [],
      });
    }
  });

  it('stay within their bounds, whatever the name', () => {
    const names = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
      fc.constantFrom('aB'.repeat(500), '7'.repeat(1000), '𐐀'.repeat(500)),
    );
    fc.assert(
      fc.property(names, (name) => {
        const { likely, prefixes } = spellingsOf(name);
        expect(likely).toContain(name);
        expect(likely.length).toBeLessThanOrEqual(3 + 3 * 64);
        expect(prefixes.length).toBeLessThanOrEqual(64);
        const length = [...likely, ...prefixes].reduce((sum, { length }) => sum + length, 0);
        expect(length).toBeLessThanOrEqual(300 * 128 + 6 * name.length);
        for (const prefix of prefixes) {
          expect(foldCase(name).startsWith(foldCase(prefix))).toBe(true);
        }
      }),
    );
  });
});
