import type { Worker } from 'node:cluster';
import { Logger } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { WorkerBounds } from './worker-bounds';
import { WorkerProcess } from './worker-process';
import { WorkerSlot } from './worker-slot';
import { watchWorker } from './worker-watch';

/** So many starts that failed in a row, while nothing serves, are for the operator, or for who supervises us. */
const HOPELESS = 10;

/** What the worker in one place answers. */
export interface WorkerAnswer {
  /** From 0. Its successor has the same. */
  slot: number;
  /** Undefined when it did not answer in time. */
  value: unknown;
}

/** The workers of a primary: started, replaced and stopped together. */
export class WorkerPool {
  private readonly logger = new Logger('Cluster');
  private readonly alive = new Set<WorkerProcess>();
  private slots: WorkerSlot[] = [];
  private isStopping = false;
  private failures = 0;
  private restarts = 0;
  private rollover: Promise<void> = Promise.resolve();
  /** Of the rollover that is to begin, if one is. */
  private countDue: number | undefined;

  /** @param onHopeless called when workers cannot be started any more, and none serves */
  constructor(
    private readonly forkWorker: () => Worker,
    private readonly clock: Clock,
    private bounds: WorkerBounds,
    private readonly onHopeless: () => void,
  ) {}

  /** How many workers there should be, how many of them serve, and how many ended unasked. For who watches the service. */
  get state(): { wanted: number; listening: number; restarts: number; isStopping: boolean } {
    const listening = this.slots.filter((slot) => slot.isListening).length;
    const { restarts, isStopping } = this;
    return { wanted: this.slots.length, listening, restarts, isStopping };
  }

  /**
   * Starts one worker, and the others when it listens: what cannot work is said once, and what a start creates in the
   * database is there for the others.
   * @returns the address, when each worker listens or has failed once; none if it was stopped meanwhile
   * @throws OperatorError with the reason when the first worker cannot start
   */
  async start(count: number): Promise<string | undefined> {
    const first = this.fork();
    const url = await first.listening.catch((error: unknown) => {
      if (!this.isStopping) throw error;
    });
    if (url === undefined || this.isStopping) return undefined;
    const others = Array.from({ length: count - 1 }, () => this.fork());
    this.slots = [first, ...others].map((worker) => this.slotOf(worker));
    await Promise.allSettled(others.map(({ listening }) => listening));
    return url;
  }

  /**
   * Replaces the workers one by one: a new one first, and when it listens, the old one finishes its requests and ends.
   * The first that cannot start ends this, and the old ones serve on. Asked again meanwhile, it begins again afterwards,
   * once, as it was asked last.
   * @param count how many workers there shall be
   * @param bounds for all that are started from now on
   */
  replaceAll(count: number, bounds: WorkerBounds): Promise<void> {
    this.bounds = bounds;
    const isDue = this.countDue !== undefined;
    this.countDue = count;
    if (isDue) return this.rollover;
    this.rollover = this.rollover.then(() => {
      const newest = this.countDue ?? count;
      this.countDue = undefined;
      return this.replaceEach(newest);
    });
    return this.rollover;
  }

  /** Passes the signal on; resolves when all workers have ended. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.isStopping = true;
    for (const slot of this.slots) slot.close();
    for (const worker of this.alive) worker.signal(signal);
    await Promise.all([...this.alive].map(({ exited }) => exited));
  }

  /**
   * Asks each worker that listens and is to stay (`Serving.answers`), or that ends with the whole service. For a primary
   * that tells others how its workers are.
   */
  async ask(what: string, timeoutMs: number): Promise<WorkerAnswer[]> {
    const answers = this.slots.map(async ({ serving }, slot): Promise<WorkerAnswer[]> => {
      if (!serving) return [];
      return [{ slot, value: await serving.ask(what, timeoutMs).catch(() => undefined) }];
    });
    return (await Promise.all(answers)).flat();
  }

  kill(): void {
    for (const worker of this.alive) worker.signal('SIGKILL');
  }

  private async replaceEach(count: number): Promise<void> {
    const total = Math.max(count, this.slots.length);
    for (let place = 0; place < total && !this.isStopping; place++) {
      const slot = this.slots[place];
      if (slot && place >= count) await this.retire(slot.close());
      else if (!(await this.renew(slot))) return;
    }
    if (this.isStopping) return;
    this.slots = this.slots.slice(0, count);
    this.logger.log(`All ${count} processes have been replaced.`);
  }

  /** @returns whether the new worker listens */
  private async renew(slot: WorkerSlot | undefined): Promise<boolean> {
    const fresh = this.fork();
    try {
      await fresh.listening;
    } catch (error) {
      if (this.isStopping) return false;
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.error(`Nothing more is replaced; the processes that serve go on. ${reason}`);
      return false;
    }
    // It has been told to stop already, as all others.
    if (this.isStopping) return false;
    if (slot) await this.retire(slot.replace(fresh));
    else this.slots.push(this.slotOf(fresh));
    return true;
  }

  private async retire(worker: WorkerProcess): Promise<void> {
    worker.retire();
    // It read the configuration itself when it started, maybe a newer one than we had.
    const boundMs = Math.max(worker.bounds.retirement, this.bounds.retirement);
    const bound = setTimeout(() => {
      this.logger.warn(`Process ${worker.pid ?? '-'} does not end, and is killed.`);
      worker.signal('SIGKILL');
    }, boundMs);
    await worker.exited;
    clearTimeout(bound);
  }

  private fork(): WorkerProcess {
    const worker = new WorkerProcess(this.forkWorker(), this.bounds);
    this.alive.add(worker);
    const bound = setTimeout(() => {
      worker.signal('SIGKILL');
    }, worker.bounds.start);
    const listens = (): void => {
      clearTimeout(bound);
      this.failures = 0;
      watchWorker(worker);
    };
    worker.listening.then(listens, () => {
      clearTimeout(bound);
    });
    void worker.exited.then(() => this.alive.delete(worker));
    return worker;
  }

  private slotOf(worker: WorkerProcess): WorkerSlot {
    const ended = (hasListened: boolean): void => {
      this.restarts += 1;
      if (hasListened) return;
      this.failures += 1;
      if (this.failures >= HOPELESS && this.state.listening === 0) this.onHopeless();
    };
    return new WorkerSlot(worker, () => this.fork(), this.clock, ended);
  }
}
