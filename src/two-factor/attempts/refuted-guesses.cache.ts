import { Guess, STEP_MS } from './guess';

/** A guess has an id of its own in each time step, and is known by that before: beyond two steps nobody asks. */
const KEEP_MS = 2 * STEP_MS;

/**
 * Guesses that were wrong a moment ago. Whoever sent the same one before it was answered needs no attempt of their own
 * (docs/adr/0003), and so must not have it judged once more: each judgement takes a try of a code by e-mail.
 */
export class RefutedGuessesCache {
  /** Until when requests have come in that are answered by it; without end while its attempt is being closed. */
  private readonly until = new Map<string, number>();

  /** Whether somebody has just learned for this guess that it is wrong. */
  includes({ id, formerId, askedAt }: Guess): boolean {
    return [id, formerId].some((known) => askedAt.getTime() < (this.until.get(known) ?? -Infinity));
  }

  /** @param closing ends when the attempt is closed; from then on the same guess is counted anew */
  async add({ id }: Guess, closing: () => Promise<void>, now: () => Date): Promise<void> {
    this.until.set(id, Infinity);
    try {
      await closing();
    } finally {
      this.until.delete(id);
      this.until.set(id, now().getTime());
      this.forget(now().getTime() - KEEP_MS);
    }
  }

  /** The oldest come first. */
  private forget(before: number): void {
    for (const [id, until] of this.until) {
      if (until >= before) return;
      this.until.delete(id);
    }
  }
}
