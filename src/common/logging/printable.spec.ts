import { escapeUnprintable, escapeUnprintableLines } from './printable';

describe('escapeUnprintable', () => {
  it.each<[string, string, string]>([
    ['plain text', 'curl/8.1 (x86_64; "quoted" \\ back)', 'curl/8.1 (x86_64; "quoted" \\ back)'],
    ['letters of any script', 'Zoë Ωmega Жук 東京 🐎', 'Zoë Ωmega Жук 東京 🐎'],
    ['C0: escape, bell, NUL', '\u001b[31m\u0007\0', '\\u001b[31m\\u0007\\u0000'],
    ['line ends', 'a\r\nb\tc', 'a\\u000d\\u000ab\\u0009c'],
    ['DEL', '\u007f', '\\u007f'],
    ['C1: CSI, NEL and their ends', '\u0080\u0085\u009b\u009f', '\\u0080\\u0085\\u009b\\u009f'],
    ['line and paragraph separators', '\u2028\u2029', '\\u2028\\u2029'],
    ['bidirectional controls', '\u202a\u202e\u2066\u2069', '\\u202a\\u202e\\u2066\\u2069'],
    ['direction marks', '\u200e\u200f\u061c', '\\u200e\\u200f\\u061c'],
    ['zero-width characters', '\u200b\u200d\u2060\u00ad', '\\u200b\\u200d\\u2060\\u00ad'],
    ['invisible fillers', '\u3164\u115f\u034f', '\\u3164\\u115f\\u034f'],
    ['blanks that are not the common one', '\u00a0\u3000', '\\u00a0\\u3000'],
    ['a byte order mark', '\ufeff', '\\ufeff'],
    ['lone surrogates', 'a\ud800b\udfff', 'a\\ud800b\\udfff'],
    ['non-characters and private use', '\uffff\ue000', '\\uffff\\ue000'],
    ['a tag character beyond the first plane', '\u{e0041}', '\\udb40\\udc41'],
  ])('escapes what is unprintable in %s', (_case, text, expected) => {
    expect(escapeUnprintable(text)).toBe(expected);
  });

  it('leaves JSON the same JSON, whatever it contains', () => {
    const everything = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit));
    const value = { agent: `${everything.join('')}\u{e0041}\u{1f40e}` };
    const text = escapeUnprintable(JSON.stringify(value));
    expect(JSON.parse(text)).toEqual(value);
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  it('keeps the line breaks of our own texts', () => {
    expect(escapeUnprintableLines('Error\n    at a\u009b (b)\n')).toBe(
      'Error\n    at a\\u009b (b)\n',
    );
  });
});
