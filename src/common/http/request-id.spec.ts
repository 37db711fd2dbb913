import { IncomingMessage } from 'node:http';
import { identifyRequest, newRequestId } from './request-id';

const NEW = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const identify = (given: unknown): string =>
  identifyRequest({ headers: { 'x-request-id': given } } as never as IncomingMessage);

describe('identifyRequest', () => {
  it.each([
    'a',
    '7',
    'Root=1-67891233-abcdef012345678912345678'.slice(5),
    'a.b_c:d-E',
    'x'.repeat(128),
  ])('takes %s', (given) => {
    expect(identify(given)).toBe(given);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['129 characters', 'x'.repeat(129)],
    ['blanks', 'a b'],
    ['a repeated one, as Node joins it', 'a, a'],
    ['a line end', 'a\nb'],
    ['a final line end', 'a\n'],
    ['quotes', 'a"b'],
    ['a script', '<script>'],
    ['letters of another script', 'é'],
    ['a C1 control', 'a\u009b'],
    ['several', ['a', 'b']],
  ])('makes a new one instead of %s', (_case, given) => {
    expect(identify(given)).toMatch(NEW);
  });

  it('never makes the same twice', () => {
    expect(newRequestId()).not.toBe(newRequestId());
  });
});
