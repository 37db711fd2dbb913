import type { Worker } from 'node:cluster';
import { OperatorError } from '../common/errors/operator-error';
import { WorkerBounds } from './worker-bounds';
import { FAREWELL, Question, reportOf, RETIRE } from './worker-message';

/** A process that serves, as its primary sees it. */
export class WorkerProcess {
  /** Resolves with its address. @throws OperatorError with the reason when it ends first */
  readonly listening: Promise<string>;
  /** Resolves with how it ended, in words. */
  readonly exited: Promise<string>;
  private readonly answers = new Map<number, (value: unknown) => void>();
  private questions = 0;
  private listened = false;
  private ended = false;
  private retired = false;
  private failure: string | undefined;

  /** @param bounds those of the configuration that it was started with */
  constructor(
    private readonly worker: Worker,
    readonly bounds: WorkerBounds,
  ) {
    this.exited = this.untilExited();
    this.listening = this.untilListening();
    // Not everyone who starts one waits for it.
    this.listening.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.worker.process.pid;
  }

  /** Whether it has ever listened. */
  get hasListened(): boolean {
    return this.listened;
  }

  get isListening(): boolean {
    return this.listened && !this.ended;
  }

  /** Whether it was told to end while others serve. */
  get isRetired(): boolean {
    return this.retired;
  }

  /** Why it cannot start, if it said so. */
  get reason(): string | undefined {
    return this.failure;
  }

  /** @param timeoutMs how long it may take. @throws Error when it does not answer by then */
  async ask(what: string, timeoutMs: number): Promise<unknown> {
    const id = ++this.questions;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise((resolve, reject) => {
      this.answers.set(id, resolve);
      timer = setTimeout(() => {
        reject(new Error(`Process ${this.pid ?? '-'} does not answer.`));
      }, timeoutMs);
      this.worker.send({ kind: 'question', id, what } satisfies Question, (error) => {
        if (error) reject(error);
      });
    });
    return answer.finally(() => {
      clearTimeout(timer);
      this.answers.delete(id);
    });
  }

  /** Lets it finish its requests and end, while others serve. */
  retire(): void {
    this.retired = true;
    // The callback takes the error when it has just ended.
    this.worker.send(RETIRE, () => undefined);
  }

  signal(signal: NodeJS.Signals): void {
    this.worker.process.kill(signal);
  }

  private untilExited(): Promise<string> {
    return new Promise((resolve) => {
      this.worker.once('exit', (code: number | null, signal: string | null) => {
        resolve(signal ? `by ${signal}` : `with ${code ?? 'no code'}`);
      });
      // It could not even be started, or not be signalled; without a listener, the primary would end.
      this.worker.on('error', (error: NodeJS.ErrnoException) => {
        if (this.pid === undefined) resolve(`with ${error.code ?? error.name}`);
      });
    });
  }

  private untilListening(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.worker.on('message', (message: unknown) => {
        const report = reportOf(message);
        switch (report?.kind) {
          case 'listening':
            this.listened = true;
            resolve(report.url);
            break;
          case 'failed':
            this.failure = report.reason;
            break;
          case 'answer':
            this.answers.get(report.id)?.(report.value);
            break;
          case 'closed':
            this.worker.send(FAREWELL, () => undefined);
            break;
          case 'gone':
          case undefined:
            break;
        }
      });
      void this.exited.then((how) => {
        this.ended = true;
        reject(new OperatorError(this.failure ?? `A process ended ${how} before it could listen.`));
      });
    });
  }
}
