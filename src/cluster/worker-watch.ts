import { Logger } from '@nestjs/common';
import { ALIVE_QUESTION } from './worker-message';
import { WorkerProcess } from './worker-process';

/**
 * So many, one after the other. Time alone says nothing: a primary that was stopped itself for a while has answers to read
 * before it may judge.
 */
const QUESTIONS = 3;

/**
 * Kills a worker that answers no more. One that hangs ends by nothing else, since it handles no SIGTERM, and the
 * connections that it was given wait for ever.
 */
export function watchWorker(worker: WorkerProcess): void {
  const silenceMs = worker.bounds.silence;
  let unanswered = 0;
  const timer = setInterval(() => {
    if (unanswered === QUESTIONS) {
      clearInterval(timer);
      new Logger('Cluster').warn(
        `Process ${worker.pid ?? '-'} has not answered for ${silenceMs / 1000} s, and is killed.`,
      );
      worker.signal('SIGKILL');
      return;
    }
    unanswered += 1;
    const answered = (): void => {
      unanswered = 0;
    };
    worker.ask(ALIVE_QUESTION, silenceMs).then(answered, () => undefined);
  }, silenceMs / QUESTIONS);
  void worker.exited.then(() => {
    clearInterval(timer);
  });
}
