import { readConfirmation, writeConfirmation } from './confirmation';

const SECRET = 'secret of a token';
const SELECTOR = '[["host","x"]]';
const NOW = new Date('2026-01-01T12:00:00Z');
const after = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
const read = (moment: Date): Date =>
  readConfirmation(SECRET, SELECTOR, writeConfirmation(SECRET, SELECTOR, moment).confirm, NOW);

describe('a confirmation', () => {
  it.each([0, -599, 2])('holds for a dry run of %d seconds from now', (seconds) => {
    expect(read(after(seconds))).toEqual(after(seconds));
  });

  // Whoever holds the token can derive its secret, and so can sign any moment.
  it.each([after(-600), after(600), new Date('2999-01-01'), new Date(8.64e15), new Date(0)])(
    'does not hold for a moment that its holder made up: %p',
    (moment) => {
      expect(() => read(moment)).toThrow('confirmation-required');
    },
  );
});
