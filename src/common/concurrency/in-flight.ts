/** Work that is asked for again while it goes on is done once, and all who asked get its outcome. */
export class InFlight<T> {
  private readonly running = new Map<string, Promise<T>>();

  /** @param key two askers with the same one must want the same */
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
