import { BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';

/** Work that goes on after its request has been answered. The service does not stop before it is done. */
@Injectable()
export class BackgroundTasks implements BeforeApplicationShutdown {
  private readonly logger = new Logger(BackgroundTasks.name);
  private readonly running = new Set<Promise<void>>();

  /** Returns at once. Nobody waits for the work, so a failure goes to the log: its name, never what it carries. */
  run(what: string, work: () => Promise<void>): void {
    const run = work().catch((error: unknown) => {
      this.logger.warn(`${what} failed: ${error instanceof Error ? error.name : typeof error}`);
    });
    this.running.add(run);
    void run.then(() => this.running.delete(run));
  }

  /** Resolves when all of it is done, also what it has begun meanwhile. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.idle();
  }
}
