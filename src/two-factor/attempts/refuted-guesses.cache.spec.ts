import { Guess } from './guess';
import { RefutedGuessesCache } from './refuted-guesses.cache';

const START = 1_700_000_000_000;
const at = (ms: number): Date => new Date(START + ms);
const guess = (id: string, askedAt: number, formerId = `before ${id}`): Guess => ({
  id,
  formerId,
  userId: 'u',
  counters: [],
  askedAt: at(askedAt),
  now: at(askedAt),
});

describe('RefutedGuessesCache', () => {
  it('recognises a refuted guess from requests that were sent before its attempt was closed', async () => {
    const refuted = new RefutedGuessesCache();
    expect(refuted.includes(guess('a', 0))).toBe(false);
    let close = (): void => undefined;
    const closing = new Promise<void>((resolve) => {
      close = resolve;
    });
    const added = refuted.add(
      guess('a', 0),
      () => closing,
      () => at(10),
    );
    expect(refuted.includes(guess('a', 5))).toBe(true);
    expect(refuted.includes(guess('a', 1000))).toBe(true);
    close();
    await added;
    expect(refuted.includes(guess('a', 9))).toBe(true);
    expect(refuted.includes(guess('a', 10))).toBe(false);
    expect(refuted.includes(guess('b', 0))).toBe(false);
  });

  it('recognises a refuted guess by its id of the previous time step', async () => {
    const refuted = new RefutedGuessesCache();
    await refuted.add(
      guess('a', 0),
      () => Promise.resolve(),
      () => at(10),
    );
    expect(refuted.includes(guess('next', 5, 'a'))).toBe(true);
  });

  it('forgets the guess when closing its attempt fails, and passes the failure on', async () => {
    const refuted = new RefutedGuessesCache();
    const failing = refuted.add(
      guess('a', 0),
      () => Promise.reject(new Error('gone')),
      () => at(10),
    );
    await expect(failing).rejects.toThrow('gone');
    expect(refuted.includes(guess('a', 20))).toBe(false);
  });
});
