import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { mongo } from 'mongoose';
import { BackgroundTasks } from '../common/background/background-tasks.service';
import { ChangedSessions, SessionWrites } from '../workspace-data/sessions/session-writes';
import { IndexKeeper } from './index.keeper';
import { IndexRecord } from './index-record.schema';
import { IndexStatus } from './index.status';

const RECORD: IndexRecord = {
  _id: 'follower',
  beat: 0,
  term: 0,
  holder: null,
  isBuilt: false,
  lagSeconds: 0,
};
const MINUTE_MS = 60_000;

function refusal(code: number): Error {
  return new mongo.MongoServerError({ message: 'refused', code });
}

/** A keeper in an attached workspace, or on the embedded database, all of whose work a test does. */
class Scene {
  readonly status = new IndexStatus();
  readonly writes = new SessionWrites();
  readonly background = new BackgroundTasks();
  readonly read = jest.fn(() => Promise.resolve(RECORD));
  readonly follow = jest.fn<Promise<unknown>, [number, IndexRecord, AbortSignal]>();
  readonly build = jest.fn(() => Promise.resolve());
  readonly project = jest.fn(() => Promise.resolve());
  readonly warnings: string[] = [];
  readonly keeper: IndexKeeper;

  constructor(uri?: string) {
    const records = {
      read: this.read,
      take: () => Promise.resolve(1),
      release: () => Promise.resolve(),
    };
    const nothing = (): Promise<void> => Promise.resolve();
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((text: string) => {
      this.warnings.push(text);
    });
    this.keeper = new IndexKeeper(
      { mode: 'auto' },
      { uri } as never,
      this.writes,
      { projectChanged: this.project } as never,
      { clear: nothing, createIndexes: nothing } as never,
      records as never,
      { run: this.build } as never,
      { holder: 'me', follow: this.follow } as never,
      this.status,
      this.background,
    );
  }

  async start(): Promise<void> {
    this.keeper.onModuleInit();
    await this.keeper.onApplicationBootstrap();
    await this.after(0);
  }

  async after(ms: number): Promise<void> {
    await jest.advanceTimersByTimeAsync(ms);
  }
}

describe('IndexKeeper', () => {
  let scene: Scene;
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(async () => {
    await scene.keeper.onModuleDestroy();
    await scene.background.idle();
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  describe('in an attached workspace', () => {
    beforeEach(() => {
      scene = new Scene('mongodb://db/chat');
    });

    it.each([13, 8000, 40573])('tries again after five minutes when refused: %d', async (code) => {
      scene.follow.mockRejectedValue(refusal(code));
      await scene.start();
      expect([scene.status.state, scene.status.isKept]).toEqual(['refused', false]);
      await scene.after(4 * MINUTE_MS);
      expect(scene.follow).toHaveBeenCalledTimes(1);
      await scene.after(2 * MINUTE_MS);
      expect(scene.follow).toHaveBeenCalledTimes(2);
      expect(scene.warnings).toEqual([expect.stringContaining('cannot be followed')]);
      // The right has been granted.
      scene.follow.mockImplementation((_term, _seen, signal) => {
        scene.status.setBuilt(true);
        scene.status.hear(0);
        return once(signal, 'abort');
      });
      await scene.after(4 * MINUTE_MS);
      expect(scene.status.state).toBe('ready');
    });

    it('uses the index when another process may follow', async () => {
      scene.read.mockRejectedValueOnce(refusal(13));
      await scene.start();
      expect(scene.status.state).toBe('refused');
      let beat = 0;
      const held = { ...RECORD, holder: 'another', isBuilt: true, format: 2 };
      scene.read.mockImplementation(() => Promise.resolve({ ...held, beat: ++beat }));
      await scene.after(6000);
      expect(scene.status.state).toBe('ready');
      expect(scene.follow).not.toHaveBeenCalled();
    });

    it('does not take another process that is refused for one that follows', async () => {
      scene.follow.mockRejectedValue(refusal(13));
      await scene.start();
      let takes = 0;
      // It takes the lease again and again, and says nothing.
      scene.read.mockImplementation(() => {
        takes += 1;
        const taken = { holder: 'another', beat: 7 + takes, term: takes };
        return Promise.resolve({ ...RECORD, ...taken, isBuilt: true, format: 2 });
      });
      await scene.after(MINUTE_MS);
      expect(scene.status.state).toBe('refused');
    });

    it('warns once more when the right is taken again', async () => {
      scene.follow.mockImplementation(() => {
        scene.status.hear(0);
        return Promise.reject(refusal(13));
      });
      await scene.start();
      await scene.after(5 * MINUTE_MS + 2000);
      expect(scene.warnings).toHaveLength(2);
    });

    it('tries again at once after any other failure', async () => {
      scene.follow.mockRejectedValue(new Error('power cut'));
      await scene.start();
      await scene.after(10_000);
      expect(scene.follow).toHaveBeenCalledTimes(6);
      expect(scene.status.state).toBe('building');
      expect(scene.warnings).toHaveLength(1);
    });
  });

  describe('on the embedded database', () => {
    beforeEach(() => {
      scene = new Scene();
    });

    it('builds the index at the start', async () => {
      await scene.start();
      expect(scene.status.state).toBe('ready');
      expect(scene.build).toHaveBeenCalledTimes(1);
    });

    it('tries a build that fails again until it succeeds', async () => {
      const failure = new Error('power cut');
      scene.build.mockRejectedValueOnce(failure).mockRejectedValueOnce(failure);
      await scene.start();
      expect(scene.status.state).toBe('building');
      await scene.after(10_000);
      expect(scene.status.state).toBe('ready');
      expect(scene.build).toHaveBeenCalledTimes(3);
      expect(scene.warnings).toEqual(['Building the index of sessions failed: Error']);
    });

    it('does not try again when it stops', async () => {
      scene.build.mockRejectedValue(new Error('power cut'));
      await scene.start();
      await scene.keeper.onModuleDestroy();
      await scene.background.idle();
      expect(scene.build).toHaveBeenCalledTimes(1);
      expect(scene.status.state).toBe('building');
    });

    it('builds it again when a write could not be kept', async () => {
      await scene.start();
      scene.project.mockRejectedValueOnce(new Error('power cut'));
      const changed: ChangedSessions = { owners: ['maria'] };
      await scene.writes.report(changed);
      await scene.after(0);
      expect(scene.status.state).toBe('ready');
      expect(scene.build).toHaveBeenCalledTimes(2);
    });
  });
});
