import { Injectable, Logger, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { BackgroundTasks } from '../common/background/background-tasks.service';
import { Clock } from '../common/clock/clock';
import { EndingSettler } from './ending.settler';
import { SessionEnding } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';
import { SessionRevoker } from './session.revoker';

const BATCH = 1000;
/** The age at which another process resumes a revocation: longer than any request takes. */
const GRACE_MS = 60_000;
const INTERVAL_MS = 60_000;
/** A little longer, because a timer may ring early by the clock, and then would wait for another round. */
const TIMER_MS = INTERVAL_MS + 1000;
/** Endings beyond this stay pending and are found complete later. */
const MAX_UNSETTLED = 10_000;

/**
 * Resumes interrupted revocations: all when the service starts, then older ones once a minute. Settles complete ones in
 * batches after the answer.
 */
@Injectable()
export class PendingRevocations implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(PendingRevocations.name);
  private unsettled: SessionEnding[] = [];
  private isSettling = false;
  private isResuming = false;
  private resumedAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly endings: SessionEndingsRepository,
    private readonly revoker: SessionRevoker,
    private readonly settler: EndingSettler,
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
    this.timer = setInterval(() => {
      this.resumeOlder();
    }, TIMER_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
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
  settle(endings: readonly SessionEnding[]): void {
    this.resumeOlder();
    if (endings.length === 0) return;
    if (this.unsettled.length < MAX_UNSETTLED) this.unsettled.push(...endings);
    if (!this.isSettling) {
      this.isSettling = true;
      this.background.run('Settling revocations', () => this.settleAll());
    }
  }

  /** What broke off without a crash needs no start and no other revocation to be resumed. */
  private resumeOlder(): void {
    const now = this.clock.now().getTime();
    if (this.isResuming || now - this.resumedAt < INTERVAL_MS) return;
    this.resumedAt = now;
    this.isResuming = true;
    this.background.run('Resuming revocations', () => this.resumeAlone(new Date(now - GRACE_MS)));
  }

  private async resumeAlone(until: Date): Promise<void> {
    try {
      await this.resume(until);
    } finally {
      this.isResuming = false;
    }
  }

  private async settleAll(): Promise<void> {
    try {
      while (this.unsettled.length > 0) {
        await this.settler.settle(this.unsettled.splice(0));
      }
    } finally {
      this.isSettling = false;
    }
  }
}
