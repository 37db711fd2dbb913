import { casesOf, foldCase, loginNameOf } from './login-name';

describe('login name', () => {
  it.each([
    ['rod', { username: 'rod' }],
    ['rod@example.com', { email: 'rod@example.com' }],
    ['@', { email: '@' }],
  ])('reads %s as %j', (typed, name) => {
    expect(loginNameOf(typed)).toEqual(name);
  });
});

describe('foldCase', () => {
  it.each([
    ['Maria.Silva@Example.COM', 'mARIA.sILVA@eXAMPLE.com'],
    ['ÆRØ', 'ærø'],
    ['ΟΔΟΣ', 'οδος'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['ИВАН', 'иван'],
    ['𐐀', '𐐨'],
    ['Å', 'å'],
  ])('treats %s and %s as equal', (a, b) => {
    expect(foldCase(a)).toBe(foldCase(b));
  });

  it.each([
    ['mike', 'mıke'],
    ['MIKE', 'mİke'],
    ['kelvin', '\u212aelvin'],
    ['long', 'lonſ'],
    ['strasse', 'straße'],
    ['fi', 'ﬁ'],
    ['a', 'ａ'],
    ['e', 'é'],
    ['a', 'a '],
    ['\ud800', '\ufffd'],
    ['', '\u0000'],
  ])('distinguishes %j from %j', (a, b) => {
    expect(foldCase(a)).not.toBe(foldCase(b));
  });

  it('leaves text that is too long to be a name unchanged', () => {
    const long = 'A'.repeat(1001);
    expect(foldCase(long)).toBe(long);
    expect(foldCase(long.slice(1))).toBe(long.slice(1).toLowerCase());
  });
});

describe('casesOf', () => {
  it.each([
    ['a', ['a', 'A']],
    ['A', ['A', 'a']],
    ['7', ['7']],
    ['@', ['@']],
    ['é', ['é', 'É']],
    ['ß', ['ß']],
    ['ı', ['ı']],
    ['\u212a', ['\u212a']],
    ['ς', ['ς', 'Σ', 'σ']],
    ['名', ['名']],
    ['\ud800', ['\ud800']],
  ])('returns the cases of %s: %j', (character, cases) => {
    expect(casesOf(character).sort()).toEqual(cases.sort());
  });
});
