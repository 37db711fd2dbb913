import { Injectable, Logger, OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundTasks } from '../common/background/background-tasks.service';
import { Clock } from '../common/clock/clock';
import { SessionEndingsRepository } from './session-endings.repository';
import { SessionRevoker } from './session.revoker';

/** How many are resumed in one go. */
const BATCH = 1000;
/** How old a pending revocation is before another process resumes it: longer than any request takes. */
const GRACE_MS = 60_000;
/** How often this process looks for them while it revokes. */
const INTERVAL_MS = 60_000;
/** How many ids wait to be settled at most. Those beyond stay pending, and are found to be complete later. */
const MAX_UNSETTLED = 10_000;

/**
 * Resumes revocations that broke off: all of them when the service starts, and older ones beside later revocations. Settles
 * those that are complete, behind the answer, many at once.
 */
@Injectable()
export class PendingRevocations implements OnApplicationBootstrap {
  private readonly logger = new Logger(PendingRevocations.name);
  private unsettled: string[] = [];
  private isSettling = false;
  private resumedAt = -Infinity;

  constructor(
    private readonly endings: SessionEndingsRepository,
    private readonly revoker: SessionRevoker,
    private readonly background: BackgroundTasks,
    private readonly clock: Clock,
  ) {}

  /** A failure stops no service: what is pending stays so, and is resumed later. */
  async onApplicationBootstrap(): Promise<void> {
    const now = this.clock.now();
    this.resumedAt = now.getTime();
    try {
      let resumed: number;
      do resumed = await this.resume(now);
      while (resumed === BATCH);
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      this.logger.warn(`Resuming revocations failed: ${name}`);
    }
  }

  /**
   * Completes revocations that were decided until then.
   * @returns how many, at most `BATCH`
   */
  async resume(until: Date): Promise<number> {
    const pending = await this.endings.findPending(until, BATCH);
    if (pending.length > 0) await this.revoker.complete(pending);
    return pending.length;
  }

  /** Settles revocations that are complete, and looks for older ones now and then. Returns at once. */
  settle(ids: readonly string[]): void {
    if (ids.length === 0) return;
    if (this.unsettled.length < MAX_UNSETTLED) this.unsettled.push(...ids);
    if (!this.isSettling) {
      this.isSettling = true;
      this.background.run('Settling revocations', () => this.settleAll());
    }
    const now = this.clock.now().getTime();
    if (now - this.resumedAt < INTERVAL_MS) return;
    this.resumedAt = now;
    this.background.run('Resuming revocations', async () => {
      await this.resume(new Date(now - GRACE_MS));
    });
  }

  private async settleAll(): Promise<void> {
    try {
      while (this.unsettled.length > 0) {
        await this.endings.settle(this.unsettled.splice(0));
      }
    } finally {
      this.isSettling = false;
    }
  }
}
