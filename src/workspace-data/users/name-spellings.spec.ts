import fc from 'fast-check';
import { foldCase } from './login-name';
import { spellingsOf } from './name-spellings';

describe('spellingsOf', () => {
  it('returns every spelling of a name with few letters and any number of digits', () => {
    const { likely, beginnings } = spellingsOf('Us3r');
    expect(beginnings).toEqual([]);
    expect([...likely].sort()).toEqual(
      ['us3r', 'us3R', 'uS3r', 'uS3R', 'Us3r', 'Us3R', 'US3r', 'US3R'].sort(),
    );
    expect(spellingsOf('user100000').beginnings).toEqual([]);
    expect(spellingsOf('abcdef').likely).toHaveLength(64);
  });

  it('returns every beginning of a longer name, and whole names with the rest as typed, lower or upper', () => {
    const { likely, beginnings } = spellingsOf('a1.BcDeF.Gh');
    expect(beginnings).toHaveLength(64);
    expect(beginnings).toContain('A1.bCdEf.');
    for (const name of ['a1.BcDeF.Gh', 'A1.BCDEF.GH', 'a1.bcdef.gh', 'a1.BCdef.gh', 'A1.bcdef.GH'])
      expect(likely).toContain(name);
    expect(likely).not.toContain('a1.bcdef.gH');
  });

  it('ends the beginnings before a character that no expression may hold', () => {
    expect(spellingsOf('ab\u0000cd').beginnings.sort()).toEqual(['AB', 'Ab', 'aB', 'ab']);
    for (const first of ['\u0000', '\ud800', '\n', '\u2028', '\u0085']) {
      const name = `${first}name`;
      const upper = `${first}NAME`;
      expect(spellingsOf(name)).toEqual({
        likely: expect.arrayContaining([name, upper]) as string[],
        beginnings: [],
      });
    }
  });

  it('bounds the number and the length of the spellings of any name', () => {
    const names = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
      fc.constantFrom('aB'.repeat(500), '7'.repeat(1000), '𐐀'.repeat(500)),
    );
    fc.assert(
      fc.property(names, (name) => {
        const { likely, beginnings } = spellingsOf(name);
        expect(likely).toContain(name);
        expect(likely.length).toBeLessThanOrEqual(3 + 3 * 64);
        expect(beginnings.length).toBeLessThanOrEqual(64);
        const length = [...likely, ...beginnings].reduce((sum, { length }) => sum + length, 0);
        expect(length).toBeLessThanOrEqual(300 * 128 + 6 * name.length);
        for (const beginning of beginnings) {
          expect(foldCase(name).startsWith(foldCase(beginning))).toBe(true);
        }
      }),
    );
  });
});
