const FIRST_MS = 250;
const LONGEST_MS = 30_000;
/** A process that lived as long did not end because of its start. */
const HEALTHY_MS = 60_000;

/** How long to wait before a process is started again: twice as long after each early end in a row. */
export class RestartDelay {
  private ends = 0;

  /** @param livedMs how long the process lived that has just ended */
  next(livedMs: number): number {
    if (livedMs >= HEALTHY_MS) this.ends = 0;
    const delay = Math.min(FIRST_MS * 2 ** this.ends, LONGEST_MS);
    this.ends += 1;
    return delay;
  }
}
