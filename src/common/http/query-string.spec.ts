import { parsePairs, parseQueryString } from './query-string';

describe('parseQueryString', () => {
  it.each<[string, Record<string, unknown>]>([
    ['', {}],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a', { a: '' }],
    ['a=x+y%20z', { a: 'x y z' }],
    ['a=1&a=2&a=3', { a: ['1', '2', '3'] }],
    ['a[$ne]=1', { a: {} }],
    ['a[b][c]=1', { a: {} }],
    ['a=1&a[b]=2', { a: ['1', {}] }],
    ['[a]=1', { '[a]': '1' }],
    ['constructor=1', { constructor: '1' }],
  ])('reads %j', (text, expected) => {
    expect({ ...parseQueryString(text) }).toEqual(expected);
  });

  it('treats __proto__ as a name like any other', () => {
    const parameters = parseQueryString('__proto__[polluted]=1&__proto__=2');
    expect(Object.keys(parameters)).toEqual(['__proto__']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each([33, 100_000])('reads 32 of %i pairs and does not even decode the rest', (pairs) => {
    const decode = jest.spyOn(URLSearchParams.prototype, Symbol.iterator);
    expect(parsePairs('a&'.repeat(pairs))).toEqual({
      parameters: { a: Array(32).fill('') },
      isCutOff: true,
    });
    const names = Array.from({ length: pairs }, (_, index) => `n${index}`);
    expect(Object.keys(parseQueryString(names.join('&')))).toEqual(names.slice(0, 32));
    for (const decoded of decode.mock.contexts as URLSearchParams[]) expect(decoded.size).toBe(32);
    decode.mockRestore();
  });

  it('reports nothing cut off when there are 32 pairs', () => {
    expect(parsePairs(Array(32).fill('a=1').join('&'))).toEqual({
      parameters: { a: Array(32).fill('1') },
      isCutOff: false,
    });
  });
});
