/** How long a wrong code counts: the default. */
const WINDOW_MS = 900_000;

/** The wrong codes that are counted together, and how many there may be at a time. */
export class AttemptsModel {
  private readonly wrong: number[] = [];

  constructor(private readonly cap: number) {}

  /** @param time milliseconds since the epoch */
  count(time: number): void {
    this.wrong.push(time);
  }

  /** When there is room again; undefined when there is. */
  lockedUntil(time: number): number | undefined {
    const counted = this.wrong.filter((at) => at > time - WINDOW_MS);
    const oldest = counted.at(-this.cap);
    return oldest === undefined ? undefined : oldest + WINDOW_MS;
  }
}

/** When all of these have room again; undefined when they have. */
export function lockedBy(counters: readonly AttemptsModel[], time: number): number | undefined {
  const ends = counters.flatMap((counter) => counter.lockedUntil(time) ?? []);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}
