import { isPathPrefix } from './path-prefix';

describe('isPathPrefix', () => {
  it.each(['/sessions', '/a/b/c', '/a-b_c.d~e/1', `/${'a'.repeat(199)}`])('accepts %s', (text) => {
    expect(isPathPrefix(text)).toBe(true);
  });

  it.each([
    '',
    '/',
    'sessions',
    '/sessions/',
    '//evil.example.com',
    '/a//b',
    '/..',
    '/a/../b',
    '/./a',
    '/a%2fb',
    '/a?b',
    '/a#b',
    '/a b',
    '/a"b',
    '/a\\b',
    '/<script>',
    '/a, /b',
    '/é',
    `/${'a'.repeat(200)}`,
  ])('refuses %j', (text) => {
    expect(isPathPrefix(text)).toBe(false);
  });
});
