/** Holds calls back until as many have come as are waited for: then all go on at once, in the order in which they came. */
export class StartingLine {
  private waitedFor = 0;
  private waiting: (() => void)[] = [];

  /** Runs what sends so many requests. Whatever is called otherwise is not held back. */
  async together<T>(count: number, send: () => Promise<T>): Promise<T> {
    this.waitedFor = count;
    try {
      return await send();
    } finally {
      this.waitedFor = 0;
    }
  }

  /** Puts the line in front of a method. */
  holdBack<T extends object>(target: T, method: string & keyof T): void {
    const original = target[method] as (...given: unknown[]) => Promise<unknown>;
    const held = async (...given: unknown[]): Promise<unknown> => {
      await this.pass();
      return original.apply(target, given);
    };
    Object.assign(target, { [method]: held });
  }

  private async pass(): Promise<void> {
    if (this.waitedFor === 0) return;
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      if (this.waiting.length < this.waitedFor) return;
      const all = this.waiting;
      this.waiting = [];
      for (const release of all) release();
    });
  }
}
