import { Logger } from '@nestjs/common';
import { WorkerBounds } from '../../src/cluster/worker-bounds';
import { WorkerPool } from '../../src/cluster/worker-pool';
import { FakeWorker, settled } from './fake-worker';
import { LogBook } from './log-book';
import { TestClock } from './test-clock';

export const BOUNDS: WorkerBounds = { start: 90_000, retirement: 35_000, silence: 30_000 };

/** A pool whose workers a test plays. Jest's timers must be fake. */
export class PoolScene {
  /** All that have been started, in this order. */
  readonly workers: FakeWorker[] = [];
  readonly log = new LogBook();
  readonly onHopeless = jest.fn();
  readonly pool: WorkerPool;
  private readonly clock = new TestClock();
  private questions = 0;

  constructor() {
    Logger.overrideLogger(this.log);
    const fork = (): FakeWorker['asWorker'] => {
      const fresh = new FakeWorker();
      this.workers.push(fresh);
      return fresh.asWorker;
    };
    this.pool = new WorkerPool(fork, this.clock, BOUNDS, this.onHopeless);
  }

  worker(number: number): FakeWorker {
    const found = this.workers[number];
    if (!found) throw new Error(`Worker ${number} has not been started.`);
    return found;
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance({ seconds: ms / 1000 });
    await jest.advanceTimersByTimeAsync(ms);
    await settled();
  }

  /** Starts this many workers, which all listen. */
  async startAll(count: number): Promise<void> {
    const started = this.pool.start(count);
    await this.worker(0).listen();
    for (let number = 1; number < count; number++) await this.worker(number).listen();
    await started;
  }

  /** Which worker answers for each place, when all answer that can. */
  async placesThatAnswer(): Promise<string[]> {
    const what = `question-${(this.questions += 1)}`;
    const asked = this.pool.ask(what, 1000);
    for (const [number, each] of this.workers.entries()) each.answer(what, number);
    return (await asked).map(({ slot, value }) => `${slot} by ${String(value)}`);
  }
}
