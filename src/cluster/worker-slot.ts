import { Logger } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { RestartDelay } from './restart-delay';
import { WorkerProcess } from './worker-process';

/** A place in which a worker always serves: when it ends unasked, another one is started. */
export class WorkerSlot {
  private readonly logger = new Logger('Cluster');
  private readonly delay = new RestartDelay();
  private since: Date;
  private timer: NodeJS.Timeout | undefined;
  private isEmpty = false;

  /** @param onEnd called when a worker has ended unasked, with whether it had listened */
  constructor(
    private worker: WorkerProcess,
    private readonly fork: () => WorkerProcess,
    private readonly clock: Clock,
    private readonly onEnd: (hasListened: boolean) => void,
  ) {
    this.since = clock.now();
    this.watch(worker);
  }

  get isListening(): boolean {
    return !this.isEmpty && this.worker.isListening;
  }

  /** The worker that answers for this place: none that starts, or that leaves while the others serve on. */
  get serving(): WorkerProcess | undefined {
    return this.worker.isListening && !this.worker.isRetired ? this.worker : undefined;
  }

  /** Lets another worker serve in this place. @returns the one that served before */
  replace(worker: WorkerProcess): WorkerProcess {
    const before = this.worker;
    clearTimeout(this.timer);
    this.worker = worker;
    this.since = this.clock.now();
    this.watch(worker);
    return before;
  }

  /** From now on, nothing is started in this place. @returns the worker that served in it */
  close(): WorkerProcess {
    clearTimeout(this.timer);
    this.isEmpty = true;
    return this.worker;
  }

  private watch(worker: WorkerProcess): void {
    void worker.exited.then((how) => {
      if (this.worker === worker && !this.isEmpty) this.restart(worker, how);
    });
  }

  private restart({ pid, reason, hasListened }: WorkerProcess, how: string): void {
    const lived = this.clock.now().getTime() - this.since.getTime();
    const delay = this.delay.next(lived);
    this.logger.warn(
      `Process ${pid ?? '-'} has ended ${how}${reason ? `: ${reason}` : ''}; another one starts in ${delay} ms.`,
    );
    this.timer = setTimeout(() => {
      this.replace(this.fork());
    }, delay);
    this.onEnd(hasListened);
  }
}
