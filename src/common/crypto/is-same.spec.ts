import { isSame } from './is-same';

describe('isSame', () => {
  it.each([
    ['', '', true],
    ['secret', 'secret', true],
    ['é', 'é', true],
    ['secret', 'secreT', false],
    ['secret', 'secret=', false],
    ['secret', '', false],
    // As many characters, but not as many bytes.
    ['é', 'e', false],
  ])('says of %j and %j: %j', (given, wanted, expected) => {
    expect(isSame(given, wanted)).toBe(expected);
  });
});
