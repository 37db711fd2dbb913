import { ApiError } from '../errors/api-error';
import { validateParameters } from './validate-parameters';
import { RequiredString } from './parameter.rules';

class TwoTexts {
  @RequiredString()
  a!: string;

  @RequiredString()
  b!: string;
}

function refusal(raw: unknown): string {
  try {
    validateParameters(TwoTexts, raw);
  } catch (error) {
    if (error instanceof ApiError && error.problem.kind === 'invalid-parameters') {
      return (error.problem.body as { error: string }).error.replace(/ \[invalid-params\]$/, '');
    }
    throw error;
  }
  throw new Error('The parameters were taken.');
}

describe('validateParameters', () => {
  it('returns the properties that the class declares', () => {
    const parameters = validateParameters(TwoTexts, { a: '1', b: '' });
    expect(parameters).toBeInstanceOf(TwoTexts);
    expect(parameters).toEqual({ a: '1', b: '' });
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, "must have required property 'a'"],
    ['null', null, "must have required property 'a'"],
    ['an array', ['1'], 'must be object'],
    ['text', 'a', 'must be object'],
    ['a missing one before an unknown one', { a: '1', c: '1' }, "must have required property 'b'"],
    [
      'an unknown one before a wrong kind',
      { a: 1, b: '1', c: 1 },
      'must NOT have additional properties',
    ],
    ['a number', { a: 1, b: '1' }, 'must be string'],
    ['null as a value', { a: null, b: '1' }, 'must be string'],
    ['an inherited one', Object.create({ a: '1', b: '1' }), "must have required property 'a'"],
    [
      '__proto__',
      JSON.parse('{"a":"1","b":"1","__proto__":{}}'),
      'must NOT have additional properties',
    ],
  ])('refuses %s', (_case, raw, message) => {
    expect(refusal(raw)).toBe(message);
  });
});
