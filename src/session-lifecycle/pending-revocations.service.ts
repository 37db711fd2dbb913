import { Injectable, Logger, OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundTasks } from '../common/background/background-tasks.service';
import { Clock } from '../common/clock/clock';
import { SessionEndingsRepository } from './session-endings.repository';
import { SessionRevoker } from './session.revoker';

const BATCH = 1000;
/** The age at which another process resumes a revocation: longer than any request takes. */
const GRACE_MS = 60_000;
const INTERVAL_MS = 60_000;
/** Ids beyond this stay pending and are found complete later. */
const MAX_UNSETTLED = 10_000;

/**
 * Resumes interrupted revocations: all when the service starts, older ones along with later revocations. Settles
 * complete ones in batches after the answer.
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

  /** A failure must not stop the service: what is pending is resumed later. */
  async onApplicationBootstrap(): Promise<void> {
    const now = this.clock.now();
    this.resumedAt = now.getTime();
    try {
      while (await this.resume(now));
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      this.logger.warn(`Resuming revocations failed: ${name}`);
    }
  }

  /**
   * Completes up to `BATCH` revocations decided no later than `until`.
   * @returns whether there may be more that can be completed
   */
  async resume(until: Date): Promise<boolean> {
    const pending = await this.endings.findPending(until, BATCH);
    if (pending.length === 0) return false;
    return (await this.revoker.complete(pending)) > 0 && pending.length === BATCH;
  }

  /** Settles complete revocations and, at intervals, resumes older ones. Returns at once. */
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
