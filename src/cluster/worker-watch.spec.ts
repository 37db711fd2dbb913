import { Logger } from '@nestjs/common';
import { FakeWorker } from '../../test/support/fake-worker';
import { LogBook } from '../../test/support/log-book';
import { BOUNDS } from '../../test/support/pool-scene';
import { WorkerProcess } from './worker-process';
import { watchWorker } from './worker-watch';

const INTERVAL_MS = BOUNDS.silence / 3;

describe('watchWorker', () => {
  let worker: FakeWorker;
  let log: LogBook;

  const pass = async (intervals: number): Promise<void> => {
    await jest.advanceTimersByTimeAsync(intervals * INTERVAL_MS);
  };

  beforeEach(() => {
    jest.useFakeTimers();
    log = new LogBook();
    Logger.overrideLogger(log);
    worker = new FakeWorker();
    watchWorker(new WorkerProcess(worker.asWorker, BOUNDS));
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('leaves one alone that answers', async () => {
    await pass(100);
    expect(worker.received).toEqual([]);
    expect(log.lines).toEqual([]);
  });

  it('kills one that has left three questions in a row unanswered, and says so once', async () => {
    worker.isHung = true;
    await pass(3);
    expect(worker.received).toEqual([]);
    await pass(1);
    expect(worker.received).toEqual(['SIGKILL']);
    await pass(2);
    expect(worker.received).toEqual(['SIGKILL']);
    expect(log.lines).toEqual([
      `warn Cluster Process ${worker.process.pid} has not answered for 30 s, and is killed.`,
    ]);
  });

  it('counts from the beginning when it has answered in between', async () => {
    worker.isHung = true;
    await pass(2);
    worker.isHung = false;
    await pass(1);
    worker.isHung = true;
    await pass(3);
    expect(worker.received).toEqual([]);
    await pass(1);
    expect(worker.received).toEqual(['SIGKILL']);
  });

  it('asks no more when it has ended', async () => {
    await worker.end(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});
