import { readTypedCode } from './typed-code';

/** Every character that looks like a blank or a hyphen, or is invisible. */
const SEPARATORS = [
  ...[0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x85, 0xa0, 0xad, 0x1680, 0x180e],
  ...Array.from({ length: 0x0b }, (_, n) => 0x2000 + n),
  ...[
    0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202f, 0x205f, 0x2060, 0x3000, 0xfeff,
  ],
  ...[0x2d, 0x2d7, 0x58a, 0x1806, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2043, 0x207b],
  ...[0x208b, 0x2212, 0x2e3a, 0x2e3b, 0x301c, 0xfe31, 0xfe58, 0xfe63, 0xff0d, 0x2800, 0x3164],
];

const hex = (codePoint: number): string => `U+${codePoint.toString(16).padStart(4, '0')}`;
/** A header with these bytes as Node decodes it. */
const asHeader = (text: string): string => Buffer.from(text).toString('latin1');

describe('readTypedCode', () => {
  it.each(SEPARATORS.map((point) => [hex(point), String.fromCodePoint(point)]))(
    'drops %s, in a body and in a header',
    (_name, separator) => {
      const typed = `${separator}123${separator}${separator}456${separator}`;
      expect(readTypedCode(typed)).toBe('123456');
      expect(readTypedCode(asHeader(typed))).toBe('123456');
    },
  );

  it('drops separators that a header holds as bytes of ISO 8859-1', () => {
    expect(readTypedCode('123\u00a0456\u00ad')).toBe('123456');
  });

  it.each([
    ['letters and their case', 'aB3d E5gH', 'aB3dE5gH'],
    ['a point', '123.456', '123.456'],
    ['a comma, as in a repeated header', '123456, 123456', '123456,123456'],
    ['a plus sign', '+123456', '+123456'],
    ['an underscore', '123_456', '123_456'],
    ['a slash', '123/456', '123/456'],
    ['NUL', '123\u0000456', '123\u0000456'],
    ['digits of another script', '１２３ ４５６', '１２３４５６'],
    ['half of a pair', '123 456\ud800', '123456\ud800'],
    ['bytes that are no UTF-8', '\u00e4 123456', '\u00e4123456'],
  ])('keeps %s', (_name, typed, code) => {
    expect(readTypedCode(typed)).toBe(code);
  });

  it('returns an empty code for separators alone', () => {
    expect(readTypedCode('')).toBe('');
    expect(readTypedCode(' \u2013\u00a0-')).toBe('');
  });

  it('leaves input that is too long for a code unread', () => {
    const long = `123456${' '.repeat(251)}`;
    expect(readTypedCode(long)).toBe(long);
    expect(readTypedCode(long.slice(1))).toBe('23456');
  });
});
