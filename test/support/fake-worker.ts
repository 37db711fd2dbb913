import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import {
  ALIVE_QUESTION,
  FAREWELL,
  Question,
  questionOf,
  RETIRE,
} from '../../src/cluster/worker-message';

let lastPid = 0;

/** A worker without a process, which a test lets listen, fail and end. */
export class FakeWorker extends EventEmitter {
  /** The signals that it has received, and `retire` and `farewell`. */
  readonly received: string[] = [];
  /** While it does not even answer that it is alive. */
  isHung = false;
  private readonly questions: Question[] = [];
  readonly process = {
    pid: ++lastPid,
    kill: (signal: string): number => this.received.push(signal),
  };

  /** As the type that a primary handles. */
  get asWorker(): Worker {
    return this as unknown as Worker;
  }

  send(message: unknown, told: (error: Error | null) => void): void {
    const question = questionOf(message);
    if (question?.what === ALIVE_QUESTION) this.answerThatAlive(question.id);
    else if (question) this.questions.push(question);
    if (message === RETIRE) this.received.push('retire');
    if (message === FAREWELL) this.received.push('farewell');
    told(null);
  }

  /** Answers the first question that asks for this. */
  answer(what: string, value: unknown): void {
    const id = this.questions.find((question) => question.what === what)?.id;
    this.emit('message', { kind: 'answer', id, value });
  }

  private answerThatAlive(id: number): void {
    if (!this.isHung) this.emit('message', { kind: 'answer', id, value: true });
  }

  /** Tells that it listens. */
  async listen(): Promise<void> {
    this.emit('message', { kind: 'listening', url: 'http://127.0.0.1:1' });
    await settled();
  }

  /** Tells why it cannot start, and ends. */
  async fail(reason: string): Promise<void> {
    this.emit('message', { kind: 'failed', reason });
    await this.end(1);
  }

  /** Tells that it serves no more. */
  close(): void {
    this.emit('message', { kind: 'closed' });
  }

  async end(code: number | null, signal: string | null = null): Promise<void> {
    this.emit('exit', code, signal);
    await settled();
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
