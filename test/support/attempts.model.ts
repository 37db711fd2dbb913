/** How long a wrong code counts: the default. */
const WINDOW_MS = 900_000;

/** Wrong codes that are counted together, up to a cap. */
export class AttemptsModel {
  private readonly wrong: number[] = [];

  constructor(private readonly cap: number) {}

  /** @param time milliseconds since the epoch */
  count(time: number): void {
    this.wrong.push(time);
  }

  /** When the lockout ends; undefined without one. */
  lockedUntil(time: number): number | undefined {
    const counted = this.wrong.filter((at) => at > time - WINDOW_MS);
    const oldest = counted.at(-this.cap);
    return oldest === undefined ? undefined : oldest + WINDOW_MS;
  }
}

/** When the lockouts of all these counters have ended; undefined without one. */
export function lockedBy(counters: readonly AttemptsModel[], time: number): number | undefined {
  const ends = counters.flatMap((counter) => counter.lockedUntil(time) ?? []);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}
