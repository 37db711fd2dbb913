import { BackgroundTasks } from '../common/background/background-tasks.service';
import { Clock } from '../common/clock/clock';
import { EndingSettler } from './ending.settler';
import { PendingRevocations } from './pending-revocations.service';
import { SessionEnding } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';
import { SessionRevoker } from './session.revoker';

class SetClock extends Clock {
  time = Date.UTC(2026, 0, 1);

  now(): Date {
    return new Date(this.time);
  }
}

describe('PendingRevocations', () => {
  const clock = new SetClock();
  const background = new BackgroundTasks();
  const settle = jest.fn<Promise<void>, [readonly SessionEnding[]]>(() => Promise.resolve());
  const findPending = jest.fn<Promise<SessionEnding[]>, [Date, number]>(() => Promise.resolve([]));
  const complete = jest.fn((endings: readonly SessionEnding[]) => Promise.resolve(endings.length));
  const endings = (...ids: string[]): SessionEnding[] =>
    ids.map((_id) => ({ _id }) as SessionEnding);
  let pending: PendingRevocations;

  beforeEach(() => {
    jest.clearAllMocks();
    pending = new PendingRevocations(
      { findPending } as unknown as SessionEndingsRepository,
      { complete } as unknown as SessionRevoker,
      { settle } as unknown as EndingSettler,
      background,
      clock,
    );
  });

  it('resumes all when the service starts, batch by batch', async () => {
    const batch = (count: number): SessionEnding[] =>
      Array.from({ length: count }, () => ({}) as SessionEnding);
    findPending.mockResolvedValueOnce(batch(1000)).mockResolvedValueOnce(batch(3));
    await pending.onApplicationBootstrap();
    expect(findPending.mock.calls).toEqual([
      [clock.now(), 1000],
      [clock.now(), 1000],
    ]);
    expect(complete).toHaveBeenCalledTimes(2);
  });

  it('starts the service also when nothing of a whole batch can be completed', async () => {
    findPending.mockResolvedValueOnce(Array.from({ length: 1000 }, () => ({}) as SessionEnding));
    complete.mockResolvedValueOnce(0);
    await pending.onApplicationBootstrap();
    expect(findPending).toHaveBeenCalledTimes(1);
  });

  it('starts the service also when that fails', async () => {
    findPending.mockRejectedValueOnce(new Error('no database'));
    await expect(pending.onApplicationBootstrap()).resolves.toBeUndefined();
  });

  it('settles in one command what comes while another is on its way', async () => {
    await pending.onApplicationBootstrap();
    pending.settle(endings('a'));
    pending.settle(endings('b'));
    pending.settle(endings('c', 'd'));
    pending.settle([]);
    await background.idle();
    expect(settle.mock.calls).toEqual([[endings('a')], [endings('b', 'c', 'd')]]);
    pending.settle(endings('e'));
    await background.idle();
    expect(settle).toHaveBeenCalledTimes(3);
  });

  it('settles on after a failure', async () => {
    await pending.onApplicationBootstrap();
    settle.mockRejectedValueOnce(new Error('no database'));
    pending.settle(endings('a'));
    await background.idle();
    pending.settle(endings('b'));
    await background.idle();
    expect(settle.mock.calls).toEqual([[endings('a')], [endings('b')]]);
  });

  it('looks for older ones once a minute while it revokes, and leaves younger ones alone', async () => {
    await pending.onApplicationBootstrap();
    findPending.mockClear();
    clock.time += 59_999;
    pending.settle(endings('a'));
    expect(findPending).not.toHaveBeenCalled();
    clock.time += 1;
    pending.settle(endings('b'));
    pending.settle(endings('c'));
    await background.idle();
    expect(findPending.mock.calls).toEqual([[new Date(clock.time - 60_000), 1000]]);
  });

  it('looks for them also beside a revocation that has nothing to settle', async () => {
    await pending.onApplicationBootstrap();
    findPending.mockClear();
    clock.time += 60_000;
    pending.settle([]);
    await background.idle();
    expect(findPending).toHaveBeenCalledTimes(1);
  });

  describe('without a revocation', () => {
    const minutes = async (count: number): Promise<void> => {
      for (let minute = 0; minute < count; minute++) {
        clock.time += 61_000;
        jest.advanceTimersByTime(61_000);
        await background.idle();
      }
    };

    beforeEach(async () => {
      jest.useFakeTimers();
      await pending.onApplicationBootstrap();
      findPending.mockClear();
    });
    afterEach(() => {
      pending.onModuleDestroy();
      jest.useRealTimers();
    });

    it('looks for them once a minute', async () => {
      await minutes(3);
      expect(findPending).toHaveBeenCalledTimes(3);
      expect(findPending).toHaveBeenLastCalledWith(new Date(clock.time - 60_000), 1000);
    });

    it('does so also after a failure', async () => {
      findPending.mockRejectedValueOnce(new Error('no database'));
      await minutes(2);
      expect(findPending).toHaveBeenCalledTimes(2);
    });

    it('waits for the one before', async () => {
      let answer: (found: SessionEnding[]) => void = () => undefined;
      findPending.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
      for (let minute = 0; minute < 3; minute++) {
        clock.time += 61_000;
        jest.advanceTimersByTime(61_000);
      }
      expect(findPending).toHaveBeenCalledTimes(1);
      answer([]);
      await background.idle();
      await minutes(1);
      expect(findPending).toHaveBeenCalledTimes(2);
    });

    it('stops with the service', async () => {
      pending.onModuleDestroy();
      await minutes(3);
      expect(findPending).not.toHaveBeenCalled();
      expect(jest.getTimerCount()).toBe(0);
    });
  });
});
