import { settled } from '../../test/support/fake-worker';
import { BOUNDS, PoolScene } from '../../test/support/pool-scene';

describe('WorkerPool.replaceAll', () => {
  let scene: PoolScene;

  beforeEach(() => {
    jest.useFakeTimers();
    scene = new PoolScene();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('retires each worker only when its successor listens, one after the other', async () => {
    await scene.startAll(2);
    const replaced = scene.pool.replaceAll(2, BOUNDS);
    await settled();
    expect(scene.workers).toHaveLength(3);
    expect(scene.worker(0).received).toEqual([]);
    await scene.worker(2).listen();
    expect(scene.worker(0).received).toEqual(['retire']);
    expect(scene.workers).toHaveLength(3);
    await scene.worker(0).end(0);
    expect(scene.workers).toHaveLength(4);
    expect(scene.worker(1).received).toEqual([]);
    await scene.worker(3).listen();
    await scene.worker(1).end(0);
    await replaced;
    expect(scene.log.lines).toEqual(['log Cluster All 2 processes have been replaced.']);
    expect(scene.pool.state.restarts).toBe(0);
    await scene.pass(100_000);
    expect(scene.workers).toHaveLength(4);
  });

  it('says farewell to a worker that has closed, so that it ends', async () => {
    await scene.startAll(1);
    scene.worker(0).close();
    expect(scene.worker(0).received).toEqual(['farewell']);
  });

  it('ends with the first that cannot start, and the old ones serve on', async () => {
    await scene.startAll(2);
    const replaced = scene.pool.replaceAll(2, BOUNDS);
    await settled();
    await scene.worker(2).fail('syntax error');
    await replaced;
    expect([scene.worker(0).received, scene.worker(1).received]).toEqual([[], []]);
    expect(scene.pool.state).toMatchObject({ wanted: 2, listening: 2 });
    expect(scene.log.lines.at(-1)).toContain('syntax error');
    await scene.pass(100_000);
    expect(scene.workers).toHaveLength(3);
  });

  it('kills an old one that does not end', async () => {
    await scene.startAll(2);
    void scene.pool.replaceAll(2, BOUNDS);
    await settled();
    await scene.worker(2).listen();
    await scene.pass(BOUNDS.retirement);
    expect(scene.worker(0).received).toEqual(['retire', 'SIGKILL']);
  });

  it('starts nothing in the place of one that died while its successor started', async () => {
    await scene.startAll(2);
    void scene.pool.replaceAll(2, BOUNDS);
    await settled();
    await scene.worker(0).end(1);
    await scene.worker(2).listen();
    await scene.pass(30_000);
    // The successor of the next one.
    expect(scene.workers).toHaveLength(4);
  });

  it('takes another number of workers', async () => {
    await scene.startAll(2);
    const more = scene.pool.replaceAll(3, BOUNDS);
    await settled();
    for (const [fresh, old] of [
      [2, 0],
      [3, 1],
    ] as const) {
      await scene.worker(fresh).listen();
      await scene.worker(old).end(0);
    }
    await scene.worker(4).listen();
    await more;
    expect(scene.pool.state).toMatchObject({ wanted: 3, listening: 3 });
    const fewer = scene.pool.replaceAll(1, BOUNDS);
    await settled();
    await scene.worker(5).listen();
    for (const old of [2, 3, 4]) {
      expect(scene.worker(old).received).toEqual(['retire']);
      await scene.worker(old).end(0);
    }
    await fewer;
    expect(scene.pool.state).toMatchObject({ wanted: 1, listening: 1 });
  });

  it('asked twice meanwhile, begins once again afterwards', async () => {
    await scene.startAll(1);
    const first = scene.pool.replaceAll(1, BOUNDS);
    await settled();
    const again = [scene.pool.replaceAll(1, BOUNDS), scene.pool.replaceAll(1, BOUNDS)];
    await scene.worker(1).listen();
    await scene.worker(0).end(0);
    await first;
    await settled();
    await scene.worker(2).listen();
    await scene.worker(1).end(0);
    await Promise.all(again);
    expect(scene.workers).toHaveLength(3);
  });

  it('asked more than once meanwhile, takes the newest number of workers', async () => {
    await scene.startAll(1);
    void scene.pool.replaceAll(1, BOUNDS);
    await settled();
    void scene.pool.replaceAll(3, BOUNDS);
    const last = scene.pool.replaceAll(2, BOUNDS);
    await scene.worker(1).listen();
    await scene.worker(0).end(0);
    await scene.worker(2).listen();
    await scene.worker(1).end(0);
    await scene.worker(3).listen();
    await last;
    expect(scene.workers).toHaveLength(4);
    expect(scene.pool.state).toMatchObject({ wanted: 2, listening: 2 });
  });

  it('gives a new one the time to start that is set now', async () => {
    await scene.startAll(1);
    void scene.pool.replaceAll(1, { ...BOUNDS, start: 200_000 });
    await settled();
    await scene.pass(199_999);
    expect(scene.worker(1).received).toEqual([]);
    await scene.pass(1);
    expect(scene.worker(1).received).toEqual(['SIGKILL']);
  });

  it('lets an old one finish requests that may take as long as was set, or is set now', async () => {
    await scene.startAll(1);
    // It may have been started again since the setting was changed.
    void scene.pool.replaceAll(1, { ...BOUNDS, retirement: 90_000 });
    await settled();
    await scene.worker(1).listen();
    await scene.pass(89_999);
    expect(scene.worker(0).received).toEqual(['retire']);
    await scene.worker(0).end(0);

    void scene.pool.replaceAll(1, { ...BOUNDS, retirement: 31_000 });
    await settled();
    await scene.worker(2).listen();
    await scene.pass(89_999);
    expect(scene.worker(1).received).toEqual(['retire']);
    await scene.pass(1);
    expect(scene.worker(1).received).toEqual(['retire', 'SIGKILL']);
  });
});
