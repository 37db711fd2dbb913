/** About 10 MB. */
export const MAX_REMEMBERED = 50_000;

/**
 * When logins are due for renewal, as far as this process knows. Bounded: what was postponed first is dropped first,
 * and its login is checked once more.
 */
export class RenewalTimes {
  private readonly due = new Map<string, number>();

  constructor(private readonly max = MAX_REMEMBERED) {}

  /** @param login any text that identifies it */
  isDue(login: string, now: Date): boolean {
    return now.getTime() >= (this.due.get(login) ?? -Infinity);
  }

  /** @param ms from now */
  postpone(login: string, now: Date, ms: number): void {
    this.due.delete(login);
    this.due.set(login, now.getTime() + ms);
    const [oldest] = this.due.keys();
    if (this.due.size > this.max && oldest !== undefined) this.due.delete(oldest);
  }
}
