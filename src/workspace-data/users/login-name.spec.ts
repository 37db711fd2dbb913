import { casesOf, foldCase, loginNameOf } from './login-name';

describe('the name of a login', () => {
  it.each([
    ['rod', { username: 'rod' }],
    ['rod@example.com', { email: 'rod@example.com' }],
    ['@', { email: '@' }],
  ])('%s is %j', (typed, name) => {
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
  ])('takes %s and %s for one', (a, b) => {
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
  ])('tells %j from %j', (a, b) => {
    expect(foldCase(a)).not.toBe(foldCase(b));
  });

  it('leaves alone what is too long to be a name', () => {
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
  ])('of %s are %j', (character, cases) => {
    expect(casesOf(character).sort()).toEqual(cases.sort());
  });
});
