import { settled } from '../../test/support/fake-worker';
import { BOUNDS, PoolScene } from '../../test/support/pool-scene';

describe('WorkerPool', () => {
  let scene: PoolScene;

  beforeEach(() => {
    jest.useFakeTimers();
    scene = new PoolScene();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  describe('start', () => {
    it('starts the others when the first one listens, and ends when all do', async () => {
      const started = scene.pool.start(3);
      expect(scene.workers).toHaveLength(1);
      await scene.worker(0).listen();
      expect(scene.workers).toHaveLength(3);
      expect(scene.pool.state).toEqual({ wanted: 3, listening: 1, restarts: 0, isStopping: false });
      await scene.worker(1).listen();
      await scene.worker(2).listen();
      expect(await started).toBe('http://127.0.0.1:1');
      expect(scene.pool.state.listening).toBe(3);
    });

    it('refuses with the reason of the first one, and starts no other', async () => {
      const started = scene.pool.start(3);
      await Promise.all([
        expect(started).rejects.toThrow('Port 80 is in use.'),
        scene.worker(0).fail('Port 80 is in use.'),
      ]);
      await scene.pass(100_000);
      expect(scene.workers).toHaveLength(1);
    });

    it('says so when the first one ends without a reason', async () => {
      const started = scene.pool.start(2);
      await Promise.all([
        expect(started).rejects.toThrow('A process ended by SIGKILL before it could listen.'),
        scene.worker(0).end(null, 'SIGKILL'),
      ]);
    });

    it('kills one that does not come to listen', async () => {
      void scene.pool.start(2);
      await scene.pass(BOUNDS.start);
      expect(scene.worker(0).received).toEqual(['SIGKILL']);
    });

    it('ends without an address when it is stopped meanwhile', async () => {
      const started = scene.pool.start(2);
      const stopped = scene.pool.stop('SIGTERM');
      expect(scene.worker(0).received).toEqual(['SIGTERM']);
      await scene.worker(0).end(0);
      expect(await started).toBeUndefined();
      await stopped;
    });
  });

  describe('when a worker dies', () => {
    it('starts another one, each time after twice the pause, up to half a minute', async () => {
      await scene.startAll(2);
      const pauses = [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000];
      let dying = scene.worker(1);
      for (const [deaths, ms] of pauses.entries()) {
        await dying.end(null, 'SIGKILL');
        await scene.pass(ms - 1);
        expect(scene.workers).toHaveLength(2 + deaths);
        await scene.pass(1);
        expect(scene.workers).toHaveLength(3 + deaths);
        dying = scene.worker(2 + deaths);
        await dying.listen();
      }
      expect(scene.log.lines).toHaveLength(pauses.length);
      expect(scene.log.lines[0]).toMatch(
        /^warn Cluster Process \d+ has ended by SIGKILL; another one starts in 250 ms\.$/,
      );
    });

    it('kills one that answers no more, and starts another one', async () => {
      await scene.startAll(2);
      scene.worker(1).isHung = true;
      await scene.pass(40_000);
      expect([scene.worker(0).received, scene.worker(1).received]).toEqual([[], ['SIGKILL']]);
      await scene.worker(1).end(null, 'SIGKILL');
      await scene.pass(250);
      await scene.worker(2).listen();
      expect(scene.pool.state).toMatchObject({ wanted: 2, listening: 2 });
    });

    it('forgets earlier deaths when the worker has lived for a minute', async () => {
      await scene.startAll(2);
      await scene.worker(1).end(1);
      await scene.pass(250);
      await scene.worker(2).listen();
      await scene.pass(60_000);
      await scene.worker(2).end(1);
      await scene.pass(250);
      expect(scene.workers).toHaveLength(4);
    });

    it('counts the deaths in one place only', async () => {
      await scene.startAll(2);
      await scene.worker(1).end(1);
      await scene.worker(0).end(1);
      await scene.pass(250);
      expect(scene.workers).toHaveLength(4);
      expect(scene.pool.state).toMatchObject({ wanted: 2, listening: 0, restarts: 2 });
    });

    it('gives up after ten starts in a row that failed, if nothing serves', async () => {
      await scene.startAll(2);
      await scene.worker(0).end(1);
      await scene.worker(1).end(1);
      await scene.pass(250);
      for (let start = 0; start < 10; start++) {
        expect(scene.onHopeless).not.toHaveBeenCalled();
        await scene.worker(2 + start).fail('no database');
        await scene.pass(30_000);
      }
      expect(scene.onHopeless).toHaveBeenCalled();
      expect(scene.log.lines.at(-1)).toContain('no database');
    });

    it('never gives up while one serves', async () => {
      await scene.startAll(2);
      await scene.worker(1).end(1);
      for (let start = 0; start < 20; start++) {
        await scene.pass(30_000);
        await scene.worker(2 + start).fail('no memory');
      }
      expect(scene.onHopeless).not.toHaveBeenCalled();
    });
  });

  describe('ask', () => {
    it('collects the answers of the workers that listen, by their places', async () => {
      await scene.startAll(3);
      await scene.worker(1).end(1);
      const asked = scene.pool.ask('readiness', 1000);
      scene.worker(0).answer('readiness', { status: 'ok' });
      scene.worker(2).answer('readiness', { status: 'error' });
      expect(await asked).toEqual([
        { slot: 0, value: { status: 'ok' } },
        { slot: 2, value: { status: 'error' } },
      ]);
    });

    it('asks none that starts, nor one that leaves while others serve', async () => {
      await scene.startAll(2);
      void scene.pool.replaceAll(1, BOUNDS);
      await settled();
      expect(await scene.placesThatAnswer()).toEqual(['0 by 0', '1 by 1']);
      await scene.worker(2).listen();
      expect(scene.worker(0).received).toEqual(['retire']);
      expect(await scene.placesThatAnswer()).toEqual(['0 by 2', '1 by 1']);
      await scene.worker(0).end(0);
      expect(scene.worker(1).received).toEqual(['retire']);
      expect(await scene.placesThatAnswer()).toEqual(['0 by 2']);
    });

    it('asks on while all stop', async () => {
      await scene.startAll(2);
      void scene.pool.stop('SIGTERM');
      expect(await scene.placesThatAnswer()).toEqual(['0 by 0', '1 by 1']);
    });

    it('knows no answer of one that gives none in time', async () => {
      await scene.startAll(2);
      const asked = scene.pool.ask('readiness', 1000);
      scene.worker(1).answer('readiness', 1);
      await scene.pass(1000);
      expect(await asked).toEqual([
        { slot: 0, value: undefined },
        { slot: 1, value: 1 },
      ]);
    });
  });

  describe('stop', () => {
    it('passes the signal on, and resolves when all have ended', async () => {
      await scene.startAll(2);
      const stopped = scene.pool.stop('SIGINT');
      expect([scene.worker(0).received, scene.worker(1).received]).toEqual([
        ['SIGINT'],
        ['SIGINT'],
      ]);
      await scene.worker(0).end(0);
      await scene.worker(1).end(0);
      await stopped;
      await scene.pass(100_000);
      expect(scene.workers).toHaveLength(2);
    });

    it('starts nothing more for a worker that died before', async () => {
      await scene.startAll(2);
      await scene.worker(1).end(1);
      const stopped = scene.pool.stop('SIGTERM');
      await scene.worker(0).end(0);
      await stopped;
      await scene.pass(100_000);
      expect(scene.workers).toHaveLength(2);
    });

    it('ends a rollover, its newest worker included', async () => {
      await scene.startAll(2);
      const replaced = scene.pool.replaceAll(2, BOUNDS);
      await settled();
      const stopped = scene.pool.stop('SIGTERM');
      for (const each of scene.workers) expect(each.received).toEqual(['SIGTERM']);
      for (const each of scene.workers) await each.end(0);
      await Promise.all([replaced, stopped]);
      await scene.pass(100_000);
      expect(scene.workers).toHaveLength(3);
    });

    it('kills one that hangs, so that the stop has an end', async () => {
      await scene.startAll(2);
      const stopped = scene.pool.stop('SIGTERM');
      await scene.worker(0).end(0);
      scene.worker(1).isHung = true;
      await scene.pass(40_000);
      expect(scene.worker(1).received).toEqual(['SIGTERM', 'SIGKILL']);
      await scene.worker(1).end(null, 'SIGKILL');
      await stopped;
    });

    it('kills at once', async () => {
      await scene.startAll(2);
      scene.pool.kill();
      expect([scene.worker(0).received, scene.worker(1).received]).toEqual([
        ['SIGKILL'],
        ['SIGKILL'],
      ]);
    });
  });
});
