/** Callers with the same key share the outcome of the work that is running. */
export class InFlight<T> {
  private readonly running = new Map<string, Promise<T>>();

  async run(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.running.get(key);
    if (before) return before;
    const now = work();
    this.running.set(key, now);
    try {
      return await now;
    } finally {
      this.running.delete(key);
    }
  }
}
