import { printable } from './printable';

describe('printable', () => {
  it.each([
    ['controls', '\0\t\n\r\x1b\x7f', '\\u0000\\u0009\\u000a\\u000d\\u001b\\u007f'],
    ['C1 controls', '\x80\x85\x9b\x9f', '\\u0080\\u0085\\u009b\\u009f'],
    ['marks of direction', '\u202e\u2066\u200f\u061c', '\\u202e\\u2066\\u200f\\u061c'],
    ['what has no width', '\u200b\u200d\u2060\ufeff\u00ad', '\\u200b\\u200d\\u2060\\ufeff\\u00ad'],
    ['what ends a line', '\u2028\u2029', '\\u2028\\u2029'],
    ['lone surrogates', 'a\ud800b\udc00', 'a\\ud800b\\udc00'],
    [
      'tags, private and unassigned characters',
      '\u{e0041}\ue000\uffff',
      '\\udb40\\udc41\\ue000\\uffff',
    ],
  ])('escapes %s', (_case, text, escaped) => {
    expect(printable(text)).toBe(escaped);
  });

  it.each(['', 'plain ~', 'Ünïcödé, 日本語, עברית', '😀', 'a\u0301'])(
    'leaves %j as it is',
    (text) => {
      expect(printable(text)).toBe(text);
    },
  );

  it('keeps the value of JSON, whatever is in it', () => {
    const all = String.fromCharCode(...Array.from({ length: 0x10000 }, (_, code) => code));
    const line = printable(JSON.stringify({ all, '\x9b': '\u{e0001}' }));
    expect(JSON.parse(line)).toEqual({ all, '\x9b': '\u{e0001}' });
    expect(line).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);
  });

  it('bears a long text of nothing else', () => {
    expect(printable('\u202e'.repeat(100_000))).toHaveLength(600_000);
    expect(printable('a\u202e'.repeat(100_000))).toHaveLength(700_000);
  });
});
