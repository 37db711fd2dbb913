import { BSONRegExp } from 'bson';
import { toRegExp } from './regex';

const matches = (pattern: string, options: string, text: string): boolean =>
  toRegExp(new BSONRegExp(pattern, options)).test(text);

describe('regular expressions', () => {
  it.each([
    ['the dot stops at a line feed only', 'a.b', '', 'a\rb', true],
    ['the dot stops at a line feed', 'a.b', '', 'a\nb', false],
    ['the dot passes it with s', 'a.b', 's', 'a\nb', true],
    ['$ stands before a last line feed', 'a$', '', 'a\n', true],
    ['$ does not stand before another one', 'a$', '', 'a\nb', false],
    ['$ stands at each line with m', 'a$', 'm', 'a\nb', true],
    ['a carriage return ends no line', 'a$', 'm', 'a\rb', false],
    ['^ stands at each line with m', '^b', 'm', 'a\nb', true],
    ['^ does not stand after the last line feed', '^$', 'm', 'a\n', false],
    ['\\s means the spaces of ASCII', '^\\s$', '', '\u00a0', false],
    ['\\S means all the others', '^\\S$', '', '\u00a0', true],
    ['i folds letters beyond ASCII', '^ÄÖ$', 'i', 'äö', true],
    ['punctuation may be escaped', '^a\\-b\\@c\\/d$', '', 'a-b@c/d', true],
    ['a class may hold escapes', '^[\\w\\-\\s]+$', '', 'a - b', true],
    ['\\x names a character', '^\\x41$', '', 'A', true],
  ])('%s', (_rule, pattern, options, text, expected) => {
    expect(matches(pattern, options, text)).toBe(expected);
  });

  it.each([
    '\\Aa',
    'a\\Z',
    '\\Qa',
    '(?i)a',
    '(?>a)',
    '(?<n>a)',
    '[[:alpha:]]',
    '[]a]',
    'a\\',
    '\\u0041',
  ])('refuses %s, which JavaScript reads in another way', (pattern) => {
    expect(() => matches(pattern, '', 'a')).toThrow('is not supported by the embedded engine');
  });

  it.each(['a++', '(', 'a{2,1}', '*'])('refuses the broken %s with code 51091', (pattern) => {
    expect(() => matches(pattern, '', 'a')).toThrow('Regular expression is invalid');
  });

  it('refuses the option x', () => {
    expect(() => matches('a', 'x', 'a')).toThrow('is not supported');
  });
});
