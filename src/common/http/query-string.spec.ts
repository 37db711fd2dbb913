import { parseQueryString } from './query-string';

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

  it('takes __proto__ for a name like any other', () => {
    const parameters = parseQueryString('__proto__[polluted]=1&__proto__=2');
    expect(Object.keys(parameters)).toEqual(['__proto__']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
