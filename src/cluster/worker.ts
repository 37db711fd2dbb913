import cluster from 'node:cluster';
import { describeFailure } from '../database/describe-failure';
import {
  ALIVE_QUESTION,
  isFarewell,
  isRetirement,
  Question,
  questionOf,
  WorkerReport,
} from './worker-message';

/** The argument that tells a worker from a process that somebody else's cluster has started. */
export const WORKER_ARGUMENT = 'worker';

/** The service in this process, once it listens. */
export interface Serving {
  url: string;
  /** Finishes the running requests and closes it. */
  close: () => Promise<void>;
  /** What a primary may ask, and how to find the answer, which must be JSON. */
  answers?: Record<string, () => Promise<unknown>>;
}

export function isWorker(): boolean {
  return cluster.isWorker && process.argv[2] === WORKER_ARGUMENT;
}

/** What a worker uses of its process: the channel to its primary, and its end. */
export type WorkerSide = Pick<NodeJS.Process, 'on' | 'send' | 'exit'>;

const alive = (): Promise<boolean> => Promise.resolve(true);

/** Serves as one of several processes: what this one would print, it tells its primary. */
export async function runWorker(
  start: () => Promise<Serving>,
  side: WorkerSide = process,
): Promise<void> {
  const tell = (report: WorkerReport, told: () => void = () => undefined): void => {
    side.send?.(report, undefined, undefined, told);
  };
  let serving: Serving | undefined;
  let exitCode = 0;

  /** A failure is no answer: the primary does not wait for long. */
  const answer = async ({ id, what }: Question): Promise<void> => {
    const find = what === ALIVE_QUESTION ? alive : serving?.answers?.[what];
    if (!find) return;
    try {
      tell({ kind: 'answer', id, value: await find() });
    } catch (error) {
      console.error(describeFailure(error));
    }
  };
  /**
   * Finishes the running requests. Connections that the primary has sent meanwhile are still on their way and go back to it,
   * for another worker; a process that ended before they arrived would lose them. They all come before its farewell.
   */
  const close = async (): Promise<void> => {
    try {
      await serving?.close();
    } catch (error) {
      console.error(describeFailure(error));
      exitCode = 1;
    }
    tell({ kind: 'closed' });
  };

  side.on('message', (message) => {
    const question = questionOf(message);
    if (question) void answer(question);
    if (isRetirement(message)) void close();
    // When its last word has arrived, so has what was sent back before.
    if (isFarewell(message)) tell({ kind: 'gone' }, () => side.exit(exitCode));
  });
  // It may reach the whole group, but is the primary's.
  side.on('SIGHUP', () => undefined);
  try {
    serving = await start();
    tell({ kind: 'listening', url: serving.url });
  } catch (error) {
    tell({ kind: 'failed', reason: describeFailure(error) }, () => side.exit(1));
  }
}
