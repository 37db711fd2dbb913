import { duration } from './duration';

describe('duration', () => {
  it.each([
    [1000, '1 second'],
    [90_000, '90 seconds'],
    [60_000, '1 minute'],
    [900_000, '15 minutes'],
    [3_600_000, '1 hour'],
    [7_200_000, '2 hours'],
    [1500, '1.5 seconds'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});
