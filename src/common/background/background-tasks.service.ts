import { BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Bag } from '../attached/bag';

/** Work that continues after its request was answered. Shutdown waits for it. */
@Injectable()
export class BackgroundTasks implements BeforeApplicationShutdown {
  private readonly logger = new Logger(BackgroundTasks.name);
  private readonly running = new Bag<Promise<void>>();

  /** Returns at once. A failure is logged by its name only: its message may hold user data. */
  run(what: string, work: () => Promise<void>): void {
    const run = work().catch((error: unknown) => {
      this.logger.warn(`${what} failed: ${error instanceof Error ? error.name : typeof error}`);
    });
    this.running.add(run);
    void run.then(() => this.running.delete(run));
  }

  /** Resolves when all tasks are done, including those that they started. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.idle();
  }
}
