import { Logger } from '@nestjs/common';
import { FakeWorker, settled } from '../../test/support/fake-worker';
import { LogBook } from '../../test/support/log-book';
import { TestClock } from '../../test/support/test-clock';
import { WorkerPool } from './worker-pool';

const BOUNDS = { start: 90_000, retirement: 35_000, silence: 30_000 };

describe('WorkerPool', () => {
  let workers: FakeWorker[];
  let clock: TestClock;
  let log: LogBook;
  let pool: WorkerPool;
  let questions = 0;
  const onHopeless = jest.fn();

  const worker = (number: number): FakeWorker => {
    const found = workers[number];
    if (!found) throw new Error(`Worker ${number} has not been started.`);
    return found;
  };
  const pass = async (ms: number): Promise<void> => {
    clock.advance({ seconds: ms / 1000 });
    jest.advanceTimersByTime(ms);
    await settled();
  };
  /** A pool of this many workers that all listen. */
  const startAll = async (count: number): Promise<void> => {
    const started = pool.start(count);
    await worker(0).listen();
    for (let number = 1; number < count; number++) await worker(number).listen();
    await started;
  };

  /** Which worker answers for each place, when all answer that can. */
  const placesThatAnswer = async (): Promise<string[]> => {
    const what = `question-${(questions += 1)}`;
    const asked = pool.ask(what, 1000);
    for (const [number, each] of workers.entries()) each.answer(what, number);
    return (await asked).map(({ slot, value }) => `${slot} by ${String(value)}`);
  };

  beforeEach(() => {
    jest.useFakeTimers();
    jest.clearAllMocks();
    workers = [];
    clock = new TestClock();
    log = new LogBook();
    Logger.overrideLogger(log);
    const fork = (): FakeWorker['asWorker'] => {
      const fresh = new FakeWorker();
      workers.push(fresh);
      return fresh.asWorker;
    };
    pool = new WorkerPool(fork, clock, BOUNDS, onHopeless);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  describe('start', () => {
    it('starts the others when the first one listens, and ends when all do', async () => {
      const started = pool.start(3);
      expect(workers).toHaveLength(1);
      await worker(0).listen();
      expect(workers).toHaveLength(3);
      expect(pool.state).toEqual({ wanted: 3, listening: 1, restarts: 0, isStopping: false });
      await worker(1).listen();
      await worker(2).listen();
      expect(await started).toBe('http://127.0.0.1:1');
      expect(pool.state.listening).toBe(3);
    });

    it('refuses with the reason of the first one, and starts no other', async () => {
      const started = pool.start(3);
      await Promise.all([
        expect(started).rejects.toThrow('Port 80 is in use.'),
        worker(0).fail('Port 80 is in use.'),
      ]);
      await pass(100_000);
      expect(workers).toHaveLength(1);
    });

    it('says so when the first one ends without a reason', async () => {
      const started = pool.start(2);
      await Promise.all([
        expect(started).rejects.toThrow('A process ended by SIGKILL before it could listen.'),
        worker(0).end(null, 'SIGKILL'),
      ]);
    });

    it('kills one that does not come to listen', async () => {
      void pool.start(2);
      await pass(BOUNDS.start);
      expect(worker(0).received).toEqual(['SIGKILL']);
    });

    it('ends without an address when it is stopped meanwhile', async () => {
      const started = pool.start(2);
      const stopped = pool.stop('SIGTERM');
      expect(worker(0).received).toEqual(['SIGTERM']);
      await worker(0).end(0);
      expect(await started).toBeUndefined();
      await stopped;
    });
  });

  describe('when a worker dies', () => {
    it('starts another one, each time after twice the pause, up to half a minute', async () => {
      await startAll(2);
      const pauses = [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000];
      let dying = worker(1);
      for (const [deaths, ms] of pauses.entries()) {
        await dying.end(null, 'SIGKILL');
        await pass(ms - 1);
        expect(workers).toHaveLength(2 + deaths);
        await pass(1);
        expect(workers).toHaveLength(3 + deaths);
        dying = worker(2 + deaths);
        await dying.listen();
      }
      expect(log.lines).toHaveLength(pauses.length);
      expect(log.lines[0]).toMatch(
        /^warn Cluster Process \d+ has ended by SIGKILL; another one starts in 250 ms\.$/,
      );
    });

    it('kills one that answers no more, and starts another one', async () => {
      await startAll(2);
      worker(1).isHung = true;
      for (let question = 0; question < 4; question++) await pass(10_000);
      expect([worker(0).received, worker(1).received]).toEqual([[], ['SIGKILL']]);
      await worker(1).end(null, 'SIGKILL');
      await pass(250);
      await worker(2).listen();
      expect(pool.state).toMatchObject({ wanted: 2, listening: 2 });
    });

    it('forgets earlier deaths when the worker has lived for a minute', async () => {
      await startAll(2);
      await worker(1).end(1);
      await pass(250);
      await worker(2).listen();
      await pass(60_000);
      await worker(2).end(1);
      await pass(250);
      expect(workers).toHaveLength(4);
    });

    it('counts the deaths in one place only', async () => {
      await startAll(2);
      await worker(1).end(1);
      await worker(0).end(1);
      await pass(250);
      expect(workers).toHaveLength(4);
      expect(pool.state).toMatchObject({ wanted: 2, listening: 0, restarts: 2 });
    });

    it('gives up after ten starts in a row that failed, if nothing serves', async () => {
      await startAll(2);
      await worker(0).end(1);
      await worker(1).end(1);
      await pass(250);
      for (let start = 0; start < 10; start++) {
        expect(onHopeless).not.toHaveBeenCalled();
        await worker(2 + start).fail('no database');
        await pass(30_000);
      }
      expect(onHopeless).toHaveBeenCalled();
      expect(log.lines.at(-1)).toContain('no database');
    });

    it('never gives up while one serves', async () => {
      await startAll(2);
      await worker(1).end(1);
      for (let start = 0; start < 20; start++) {
        await pass(30_000);
        await worker(2 + start).fail('no memory');
      }
      expect(onHopeless).not.toHaveBeenCalled();
    });
  });

  describe('replaceAll', () => {
    it('retires each worker only when its successor listens, one after the other', async () => {
      await startAll(2);
      const replaced = pool.replaceAll(2);
      await settled();
      expect(workers).toHaveLength(3);
      expect(worker(0).received).toEqual([]);
      await worker(2).listen();
      expect(worker(0).received).toEqual(['retire']);
      expect(workers).toHaveLength(3);
      await worker(0).end(0);
      expect(workers).toHaveLength(4);
      expect(worker(1).received).toEqual([]);
      await worker(3).listen();
      await worker(1).end(0);
      await replaced;
      expect(log.lines).toEqual(['log Cluster All 2 processes have been replaced.']);
      expect(pool.state.restarts).toBe(0);
      await pass(100_000);
      expect(workers).toHaveLength(4);
    });

    it('says farewell to a worker that has closed, so that it ends', async () => {
      await startAll(1);
      worker(0).close();
      expect(worker(0).received).toEqual(['farewell']);
    });

    it('ends with the first that cannot start, and the old ones serve on', async () => {
      await startAll(2);
      const replaced = pool.replaceAll(2);
      await settled();
      await worker(2).fail('syntax error');
      await replaced;
      expect([worker(0).received, worker(1).received]).toEqual([[], []]);
      expect(pool.state).toMatchObject({ wanted: 2, listening: 2 });
      expect(log.lines.at(-1)).toContain('syntax error');
      await pass(100_000);
      expect(workers).toHaveLength(3);
    });

    it('kills an old one that does not end', async () => {
      await startAll(2);
      void pool.replaceAll(2);
      await settled();
      await worker(2).listen();
      await pass(BOUNDS.retirement);
      expect(worker(0).received).toEqual(['retire', 'SIGKILL']);
    });

    it('starts nothing in the place of one that died while its successor started', async () => {
      await startAll(2);
      void pool.replaceAll(2);
      await settled();
      await worker(0).end(1);
      await worker(2).listen();
      await pass(30_000);
      // The successor of the next one.
      expect(workers).toHaveLength(4);
    });

    it('takes another number of workers', async () => {
      await startAll(2);
      const more = pool.replaceAll(3);
      await settled();
      for (const [fresh, old] of [
        [2, 0],
        [3, 1],
      ] as const) {
        await worker(fresh).listen();
        await worker(old).end(0);
      }
      await worker(4).listen();
      await more;
      expect(pool.state).toMatchObject({ wanted: 3, listening: 3 });
      const fewer = pool.replaceAll(1);
      await settled();
      await worker(5).listen();
      for (const old of [2, 3, 4]) {
        expect(worker(old).received).toEqual(['retire']);
        await worker(old).end(0);
      }
      await fewer;
      expect(pool.state).toMatchObject({ wanted: 1, listening: 1 });
    });

    it('asked twice meanwhile, begins once again afterwards', async () => {
      await startAll(1);
      const first = pool.replaceAll(1);
      await settled();
      const again = [pool.replaceAll(1), pool.replaceAll(1)];
      await worker(1).listen();
      await worker(0).end(0);
      await first;
      await settled();
      await worker(2).listen();
      await worker(1).end(0);
      await Promise.all(again);
      expect(workers).toHaveLength(3);
    });
  });

  describe('ask', () => {
    it('collects the answers of the workers that listen, by their places', async () => {
      await startAll(3);
      await worker(1).end(1);
      const asked = pool.ask('readiness', 1000);
      worker(0).answer('readiness', { status: 'ok' });
      worker(2).answer('readiness', { status: 'error' });
      expect(await asked).toEqual([
        { slot: 0, value: { status: 'ok' } },
        { slot: 2, value: { status: 'error' } },
      ]);
    });

    it('asks none that starts, nor one that leaves while others serve', async () => {
      await startAll(2);
      void pool.replaceAll(1);
      await settled();
      expect(await placesThatAnswer()).toEqual(['0 by 0', '1 by 1']);
      await worker(2).listen();
      expect(worker(0).received).toEqual(['retire']);
      expect(await placesThatAnswer()).toEqual(['0 by 2', '1 by 1']);
      await worker(0).end(0);
      expect(worker(1).received).toEqual(['retire']);
      expect(await placesThatAnswer()).toEqual(['0 by 2']);
    });

    it('asks on while all stop', async () => {
      await startAll(2);
      void pool.stop('SIGTERM');
      expect(await placesThatAnswer()).toEqual(['0 by 0', '1 by 1']);
    });

    it('knows no answer of one that gives none in time', async () => {
      await startAll(2);
      const asked = pool.ask('readiness', 1000);
      worker(1).answer('readiness', 1);
      await pass(1000);
      expect(await asked).toEqual([
        { slot: 0, value: undefined },
        { slot: 1, value: 1 },
      ]);
    });
  });

  describe('stop', () => {
    it('passes the signal on, and resolves when all have ended', async () => {
      await startAll(2);
      const stopped = pool.stop('SIGINT');
      expect([worker(0).received, worker(1).received]).toEqual([['SIGINT'], ['SIGINT']]);
      await worker(0).end(0);
      await worker(1).end(0);
      await stopped;
      await pass(100_000);
      expect(workers).toHaveLength(2);
    });

    it('starts nothing more for a worker that died before', async () => {
      await startAll(2);
      await worker(1).end(1);
      const stopped = pool.stop('SIGTERM');
      await worker(0).end(0);
      await stopped;
      await pass(100_000);
      expect(workers).toHaveLength(2);
    });

    it('ends a rollover, its newest worker included', async () => {
      await startAll(2);
      const replaced = pool.replaceAll(2);
      await settled();
      const stopped = pool.stop('SIGTERM');
      for (const each of workers) expect(each.received).toEqual(['SIGTERM']);
      for (const each of workers) await each.end(0);
      await Promise.all([replaced, stopped]);
      await pass(100_000);
      expect(workers).toHaveLength(3);
    });

    it('kills one that hangs, so that the stop has an end', async () => {
      await startAll(2);
      const stopped = pool.stop('SIGTERM');
      await worker(0).end(0);
      worker(1).isHung = true;
      for (let question = 0; question < 4; question++) await pass(10_000);
      expect(worker(1).received).toEqual(['SIGTERM', 'SIGKILL']);
      await worker(1).end(null, 'SIGKILL');
      await stopped;
    });

    it('kills at once', async () => {
      await startAll(2);
      pool.kill();
      expect([worker(0).received, worker(1).received]).toEqual([['SIGKILL'], ['SIGKILL']]);
    });
  });
});
