import { isModestJson } from './json-shape';

const isModest = (text: string): boolean => isModestJson(Buffer.from(text));
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const names = (count: number): string =>
  `{${Array.from({ length: count }, (_, index) => `"n${index}":0`).join()}}`;

describe('isModestJson', () => {
  it.each<[string, string]>([
    ['an empty body', ''],
    ['an object', '{"user":{"username":"a"},"password":"b"}'],
    ['brackets and colons in a text', JSON.stringify({ a: '[{:'.repeat(1000) })],
    ['quotes and backslashes in a text', JSON.stringify({ a: '"\\"[[{:\\'.repeat(1000) })],
    ['many sibling lists', `[${Array(1000).fill('[]').join()}]`],
    ['16 levels', nested(16)],
    ['100 names', names(100)],
  ])('takes %s', (_case, text) => {
    expect(isModest(text)).toBe(true);
  });

  it.each<[string, string]>([
    ['17 levels of lists', nested(17)],
    ['17 levels of objects', '{"a":'.repeat(17)],
    ['levels after a text that ends in a backslash', `["\\\\",${nested(16)}]`],
    ['101 names', names(101)],
    ['101 times the same name', `{${Array(101).fill('"a":0').join()}}`],
  ])('refuses %s', (_case, text) => {
    expect(isModest(text)).toBe(false);
  });
});
