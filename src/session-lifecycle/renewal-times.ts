/** The most tokens that are remembered; about 10 MB. */
export const MAX_REMEMBERED = 50_000;

/**
 * When the records of logins are due for renewal, as far as this process has seen to them. Bounded: the one that has
 * been remembered longest, and so is due soonest, is forgotten first. Whoever is forgotten is looked at once more.
 */
export class RenewalTimes {
  private readonly due = new Map<string, number>();

  constructor(private readonly max = MAX_REMEMBERED) {}

  /** @param login any text that stands for it */
  isDue(login: string, now: Date): boolean {
    return now.getTime() >= (this.due.get(login) ?? -Infinity);
  }

  /** @param ms after how long from now it is due */
  postpone(login: string, now: Date, ms: number): void {
    this.due.delete(login);
    this.due.set(login, now.getTime() + ms);
    const [oldest] = this.due.keys();
    if (this.due.size > this.max && oldest !== undefined) this.due.delete(oldest);
  }
}
