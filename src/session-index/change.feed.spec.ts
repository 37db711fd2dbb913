import { EventEmitter, once } from 'node:events';
import { setImmediate as tick } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { TestClock } from '../../test/support/test-clock';
import { ForeignEndings } from '../workspace-data/sessions/foreign-endings';
import { Change } from '../workspace-data/workspace-changes';
import { ChangeFeed, HistoryLost } from './change.feed';
import { EndingWatch } from './ending.watch';

/** A stream of the database, which tells its position as the driver does. */
class TestStream extends EventEmitter {
  resumeToken: unknown;
  private readonly changes: Change[] = [];
  private isClosed = false;

  /** @param opening what the database says of the position before the first change, if it says anything */
  constructor(private readonly opening?: string) {
    super();
  }

  send(position: string, t?: number): void {
    this.changes.push({
      _id: position,
      ...(t !== undefined && { clusterTime: { t } }),
      operationType: 'update',
      ns: { db: 'chat', coll: 'users' },
      documentKey: { _id: 'maria' },
      updateDescription: { updatedFields: { 'services.resume.loginTokens': [] } },
    } as unknown as Change);
  }

  async tryNext(): Promise<Change | null> {
    await tick();
    if (this.isClosed) throw new Error('closed');
    if (this.opening !== undefined && this.resumeToken === undefined) this.tell(this.opening);
    const change = this.changes.shift();
    this.tell(change?._id ?? 'the end');
    return change ?? null;
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  private tell(position: unknown): void {
    this.resumeToken = position;
    this.emit('resumeTokenChanged', position);
  }
}

function feedOf(
  stream: Partial<TestStream>,
  endings: Partial<EndingWatch>,
  from?: string,
): ChangeFeed {
  const projector = { projectChanged: () => Promise.resolve() };
  const changes = { watch: () => stream };
  return new ChangeFeed('users', changes as never, projector as never, endings as never, from);
}

/** A feed whose stream fails at once with this code. */
function failing(code: number): ChangeFeed {
  const failure = new mongo.MongoServerError({ message: 'refused', code });
  const stream = new TestStream();
  stream.tryNext = () => Promise.reject(failure);
  return feedOf(stream, { isDue: false });
}

describe('ChangeFeed', () => {
  it.each<[string, number]>([
    ['the history does not reach so far back', 286],
    ['the stream has ended', 280],
    ['the position is of another database', 260],
    // It would be met again after each resumption.
    ['a change is too large to be sent', 10334],
  ])('asks for a rebuild when %s', async (_what, code) => {
    await expect(failing(code).open()).rejects.toThrow(HistoryLost);
  });

  it('passes on what a later try may mend', async () => {
    await expect(failing(91).open()).rejects.toThrow(mongo.MongoServerError);
  });

  it('ends when it is stopped while it looks for endings', async () => {
    const look = new EventEmitter();
    const examine = async (): Promise<void> => {
      look.emit('begin');
      await once(look, 'end');
    };
    const feed = feedOf(new TestStream(), { isDue: false, examine });
    await feed.open();
    const looking = once(look, 'begin');
    const running = feed.run();
    await looking;
    await feed.stop();
    // The stream has said its last word by then.
    for (let ticks = 0; ticks < 5; ticks++) await tick();
    look.emit('end');
    await running;
  });

  it('has passed the times before its last change while it is not at the end', async () => {
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    let now = 0;
    const stream = new TestStream();
    stream.send('first', 7);
    const see = jest.fn(() => Promise.resolve());
    const feed = feedOf(stream, { isDue: false, examine: () => Promise.resolve(), see });
    await feed.open();
    const running = feed.run();
    while (see.mock.calls.length === 0) await tick();
    for (let ticks = 0; ticks < 5; ticks++) await tick();
    expect([6, 7, undefined].map((time) => feed.hasPassed(time))).toEqual([true, true, true]);
    now += 3001;
    // Nothing has been heard of the end since.
    expect([6, 7, undefined].map((time) => feed.hasPassed(time))).toEqual([true, false, false]);
    await feed.stop();
    await running;
    jest.restoreAllMocks();
  });

  it('is as far behind as its oldest change has waited, also where the time of the database stands still', async () => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const work = new EventEmitter();
    const stream = new TestStream();
    const see = jest.fn(() => Promise.resolve());
    const feed = feedOf(stream, { isDue: false, examine: () => Promise.resolve(), see });
    const ticks = async (): Promise<void> => {
      for (let n = 0; n < 5; n++) await tick();
    };
    stream.send('first', 7);
    await feed.open();
    const running = feed.run();
    await ticks();
    see.mockImplementationOnce(async () => {
      await once(work, 'end');
    });
    now = 1000;
    stream.send('second', 7);
    await ticks();
    now = 61_000;
    expect(feed.lagAt(7)).toBe(60);
    work.emit('end');
    await ticks();
    expect(feed.lagAt(7)).toBe(0);
    await feed.stop();
    await running;
    jest.restoreAllMocks();
  });

  describe('that begins now, with a suspicion in its first change,', () => {
    let stream: TestStream;
    let feed: ChangeFeed;
    const clock = new TestClock();

    /** Until the change has been looked into. */
    const begin = async (opening?: string, from?: string): Promise<void> => {
      const watch = new EndingWatch(
        { findLogins: () => Promise.resolve([]) } as never,
        {} as never,
        new ForeignEndings(),
        clock,
        () => true,
      );
      const seen = jest.spyOn(watch, 'see');
      stream = new TestStream(opening);
      stream.send('first');
      feed = feedOf(stream, watch, from);
      await feed.open();
      running = feed.run();
      while (seen.mock.calls.length === 0) await tick();
      await tick();
    };
    let running: Promise<void>;
    afterEach(async () => {
      await feed.stop();
      await running;
    });

    it('stays at the position of its opening until that is looked into', async () => {
      await begin('opening');
      expect(feed.position).toBe('opening');
      clock.advance({ seconds: 30 });
      while (feed.position === 'opening') await tick();
      expect(feed.position).toBe('the end');
    });

    it('has no position meanwhile if the database told none', async () => {
      await begin();
      expect(feed.position).toBeUndefined();
      clock.advance({ seconds: 30 });
      while (feed.position === undefined) await tick();
      expect(feed.position).toBe('the end');
    });

    it('stays where it has resumed', async () => {
      await begin('opening', 'before');
      expect(feed.position).toBe('before');
    });
  });
});
