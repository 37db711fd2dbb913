import { TotpCode, Verdict } from '../methods/second-factor.method';
import { AcceptedCodesCache } from './accepted-codes.cache';
import { Guess, STEP_MS } from './guess';

const START = 1_700_000_000_000;
const CLIENT = 'client';
const CODE: TotpCode = { kind: 'totp', timeStep: 56_666_666, secretHash: 'hash' };

const guess = (id: string, steps = 0, formerId = `before ${id}`): Guess => {
  const now = new Date(START + steps * STEP_MS);
  return { id, formerId, userId: 'u', counters: [], askedAt: now, now };
};

describe('AcceptedCodesCache', () => {
  let accepted: AcceptedCodesCache;

  beforeEach(() => {
    accepted = new AcceptedCodesCache();
    accepted.add(guess('a'), CLIENT, CODE);
  });

  it('knows an accepted code in its own and in the next time step', () => {
    expect(accepted.has(guess('a'), CLIENT)).toBe(true);
    expect(accepted.has(guess('b', 1, 'a'), CLIENT)).toBe(true);
    expect(accepted.has(guess('b'), CLIENT)).toBe(false);
    expect(accepted.has(guess('c', 2, 'b'), CLIENT)).toBe(false);
  });

  it('knows no code of another client, such as another sign-in', () => {
    expect(accepted.has(guess('a'), 'other')).toBe(false);
    expect(accepted.includes(guess('a'), 'other', CODE)).toBe(false);
  });

  it.each<[string, Verdict, boolean]>([
    ['the same proof', { ...CODE }, true],
    ['another time step', { ...CODE, timeStep: CODE.timeStep + 1 }, false],
    ['another secret', { ...CODE, secretHash: 'other' }, false],
    ['a backup code', { kind: 'backup', hash: 'hash' }, false],
    ['a wrong code', undefined, false],
  ])('compares the verdict with what was accepted: %s', (_case, verdict, expected) => {
    expect(accepted.includes(guess('a'), CLIENT, verdict)).toBe(expected);
    expect(accepted.includes(guess('b'), CLIENT, verdict)).toBe(false);
  });

  it('forgets codes that have run out, and the oldest of too many', () => {
    accepted.add(guess('b', 3), CLIENT, CODE);
    expect(accepted.has(guess('a'), CLIENT)).toBe(false);
    for (let i = 0; i < 10_000; i++) accepted.add(guess(`later ${i}`, 3), CLIENT, CODE);
    expect(accepted.has(guess('b', 3), CLIENT)).toBe(false);
    expect(accepted.has(guess('later 9999', 3), CLIENT)).toBe(true);
  });
});
