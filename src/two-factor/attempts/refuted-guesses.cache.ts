import { Guess, STEP_MS } from './guess';

/** A guess is looked up by its id and that of the previous step, so older entries are of no use. */
const KEEP_MS = 2 * STEP_MS;

/**
 * Guesses that were just found wrong. A client that sent the same guess before the answer needs no attempt of its own
 * (docs/adr/0003), so it must not be verified again: each verification takes a try of an e-mail code.
 */
export class RefutedGuessesCache {
  /** Requests that arrived before this time (ms) get the same answer; infinite while the attempt is being closed. */
  private readonly until = new Map<string, number>();

  includes({ id, formerId, askedAt }: Guess): boolean {
    return [id, formerId].some((known) => askedAt.getTime() < (this.until.get(known) ?? -Infinity));
  }

  /** @param closing ends when the attempt is closed; from then on the same guess counts again */
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

  private forget(before: number): void {
    for (const [id, until] of this.until) {
      if (until >= before) return;
      this.until.delete(id);
    }
  }
}
