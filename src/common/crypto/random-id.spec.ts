import { randomBytes } from 'node:crypto';
import { randomId, randomString } from './random-id';

jest.mock('node:crypto', () => {
  const crypto = jest.requireActual<typeof import('node:crypto')>('node:crypto');
  return { ...crypto, randomBytes: jest.fn(crypto.randomBytes) };
});

describe('randomString', () => {
  const drawn = randomBytes as jest.MockedFunction<(size: number) => Buffer>;

  it('has the length that is asked for, in characters that nobody confuses', () => {
    for (const length of [0, 1, 8, 43]) {
      expect(randomString(length)).toMatch(new RegExp(`^[2-9A-HJ-NP-TW-Za-km-z]{${length}}$`));
    }
    expect(randomId()).toHaveLength(17);
  });

  it('takes every character from as many bytes, and draws again what is over', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const over = Buffer.from(Array.from({ length: 440 }, () => 220));
    drawn.mockReturnValueOnce(over).mockReturnValueOnce(all);
    const counts = new Map<string, number>();
    for (const character of randomString(220)) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual(Array(55).fill(4));
  });

  it('is never the same twice', () => {
    expect(new Set(Array.from({ length: 1000 }, randomId)).size).toBe(1000);
    expect(new Set(Array.from({ length: 1000 }, () => randomString(17))).size).toBe(1000);
  });
});
