/** A barrier: holds calls back until the expected number has arrived, then releases all of them in order. */
export class StartingLine {
  private expected = 0;
  private waiting: (() => void)[] = [];

  /** Runs `send`, which leads to `count` calls. Calls at other times are not held back. */
  async together<T>(count: number, send: () => Promise<T>): Promise<T> {
    this.expected = count;
    try {
      return await send();
    } finally {
      this.expected = 0;
    }
  }

  /** Puts the barrier in front of a method. */
  holdBack<T extends object>(target: T, method: string & keyof T): void {
    const unheld = target[method] as (...given: unknown[]) => Promise<unknown>;
    const held = async (...given: unknown[]): Promise<unknown> => {
      await this.pass();
      return unheld.apply(target, given);
    };
    Object.assign(target, { [method]: held });
  }

  private async pass(): Promise<void> {
    if (this.expected === 0) return;
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      if (this.waiting.length < this.expected) return;
      const all = this.waiting;
      this.waiting = [];
      for (const release of all) release();
    });
  }
}
