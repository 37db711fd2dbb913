import { mongo } from 'mongoose';
import { RateCounter, RateLimitKey } from '../../../src/database/rate-counter';
import { SlidingWindowLimiter } from '../../../src/database/sliding-window.limiter';
import { openTestDatabase } from '../../support/database';
import { describeCommand, expectIndexed } from '../../support/explain';
import { LimiterProcess } from '../../support/limiter-process';
import { newId } from '../../support/workspace';

const MINUTE_MS = 60_000;
const NOON = new Date('2030-01-01T12:00:00Z');
/** The moment `minutes` and `ms` past noon. */
const at = (minutes: number, ms = 0): Date => new Date(NOON.getTime() + minutes * MINUTE_MS + ms);

const SEVEN = new RateCounter('seven', { use: [{ max: 7, withinMs: 15 * MINUTE_MS }] });
const THREE = new RateCounter('three', { use: [{ max: 3, withinMs: 5 * MINUTE_MS }] });
const SHARED = new RateCounter('shared', {
  owner: [{ max: 10, withinMs: 15 * MINUTE_MS }],
  stranger: [
    { max: 1, withinMs: MINUTE_MS },
    { max: 5, withinMs: 15 * MINUTE_MS },
  ],
});

describe('SlidingWindowLimiter on the database', () => {
  let db: mongo.Db;
  let processes: [LimiterProcess, LimiterProcess];
  let limiter: SlidingWindowLimiter;
  let seven: RateLimitKey;
  let three: RateLimitKey;
  let owner: RateLimitKey;
  let stranger: RateLimitKey;

  beforeAll(async () => {
    const database = await openTestDatabase();
    db = database.db;
    processes = await LimiterProcess.startTwo(database.uri);
    [{ limiter }] = processes;
  });
  beforeEach(() => {
    const id = newId();
    [seven, three] = [SEVEN.key('use', id), THREE.key('use', id)];
    [owner, stranger] = [SHARED.key('owner', id), SHARED.key('stranger', id)];
  });

  interface Stored {
    _id: string;
    attempts?: { id: string; at: Date }[];
    expiresAt: Date;
  }
  const stored = (key: RateLimitKey): Promise<Stored | null> =>
    db.collection<Stored>('ws_rate_limits').findOne({ _id: key.key });
  const counted = async (key: RateLimitKey): Promise<number> =>
    (await stored(key))?.attempts?.length ?? 0;
  const consume = (keys: RateLimitKey[], now = NOON, id = newId()): Promise<boolean> =>
    limiter.tryConsume(keys, id, now);
  /** @returns how many of `count` parallel requests, half of them to each process, got an attempt */
  const race = async (count: number, keys: RateLimitKey[], now = NOON): Promise<number> => {
    const taken = await Promise.all(
      Array.from({ length: count }, (_, n) =>
        processes[n % 2 === 0 ? 0 : 1].limiter.tryConsume(keys, `racer ${n}`, now),
      ),
    );
    return taken.filter(Boolean).length;
  };

  describe('race of two processes', () => {
    it('lets exactly as many attempts through as the limit allows, even before a document exists', async () => {
      expect(await race(60, [seven])).toBe(7);
      expect(await counted(seven)).toBe(7);
      expect(await race(60, [seven])).toBe(0);
    });

    it('lets exactly as many attempts through as have left the window', async () => {
      for (let minute = 0; minute < 7; minute++) await consume([seven], at(minute));
      expect(await race(40, [seven], at(17, -1))).toBe(2);
      expect(await race(40, [seven], at(17))).toBe(1);
    });

    it('lets one attempt through for one that is refunded', async () => {
      expect(await race(20, [seven])).toBe(7);
      const [first] = (await stored(seven))?.attempts ?? [];
      await limiter.refund([seven], first?.id ?? '');
      expect(await race(40, [seven])).toBe(1);
    });

    it('never counts more than the limit while attempts are refunded', async () => {
      const inside = { now: 0, most: 0 };
      const visit = async (n: number): Promise<void> => {
        const { limiter: own } = processes[n % 2 === 0 ? 0 : 1];
        if (!(await own.tryConsume([seven], `visit ${n}`, NOON))) return;
        inside.most = Math.max(inside.most, ++inside.now);
        await new Promise(setImmediate);
        inside.now -= 1;
        await own.refund([seven], `visit ${n}`);
      };
      for (let round = 0; round < 5; round++)
        await Promise.all(Array.from({ length: 30 }, (_, n) => visit(round * 30 + n)));
      expect(inside.most).toBeGreaterThan(1);
      expect(inside.most).toBeLessThanOrEqual(7);
      expect(await counted(seven)).toBe(0);
    });

    it('takes an attempt by each of several keys or by none, and never too many', async () => {
      const taken = await race(40, [seven, three]);
      expect(taken).toBeLessThanOrEqual(3);
      expect([await counted(seven), await counted(three)]).toEqual([taken, taken]);
    });
  });

  it('takes no attempt by any key when one is exhausted, whatever their order', async () => {
    for (let n = 0; n < 3; n++) expect(await consume([three, seven])).toBe(true);
    for (const keys of [
      [three, seven],
      [seven, three],
    ]) {
      expect(await consume(keys)).toBe(false);
      expect([await counted(three), await counted(seven)]).toEqual([3, 3]);
    }
    expect(await consume([seven])).toBe(true);
  });

  it('refunds only the named attempt, by the named keys, however often it is asked', async () => {
    await consume([seven, three], NOON, 'mine');
    await consume([seven, three], NOON, 'theirs');
    await limiter.refund([three], 'mine');
    await limiter.refund([three], 'mine');
    await limiter.refund([three], 'unknown');
    expect([await counted(seven), await counted(three)]).toEqual([2, 1]);
    expect((await stored(three))?.attempts).toEqual([{ id: 'theirs', at: NOON }]);
  });

  it('enforces each of several limits to the millisecond', async () => {
    for (let minute = 0; minute < 5; minute++) {
      expect(await consume([stranger], at(minute))).toBe(true);
      expect(await consume([stranger], at(minute + 1, -1))).toBe(false);
    }
    expect(await consume([stranger], at(15, -1))).toBe(false);
    expect(await consume([stranger], at(15))).toBe(true);
  });

  it('counts the uses of one counter together, each by its own limits', async () => {
    for (let n = 0; n < 6; n++) expect(await consume([owner])).toBe(true);
    expect(await consume([stranger], at(2))).toBe(false);
    for (let n = 0; n < 4; n++) expect(await consume([owner], at(2))).toBe(true);
    expect(await consume([owner], at(2))).toBe(false);
    expect(await consume([stranger], at(15))).toBe(true);
    expect(await consume([stranger], at(15))).toBe(false);
    expect(await consume([owner], at(15))).toBe(true);
  });

  it('resets all attempts of one key and of no other', async () => {
    for (let n = 0; n < 3; n++) await consume([seven, three]);
    await limiter.reset(three);
    expect([await counted(seven), await counted(three)]).toEqual([3, 0]);
    expect(await race(10, [three])).toBe(3);
  });

  describe('peek', () => {
    it('returns the first key without room, and when all keys have room again', async () => {
      expect(await limiter.peek([seven, three], NOON)).toBeUndefined();
      for (let minute = 0; minute < 3; minute++) await consume([seven, three], at(minute));
      const now = at(2);
      expect(await limiter.peek([seven], now)).toBeUndefined();
      expect(await limiter.peek([seven, three], now)).toEqual({ key: three, until: at(5) });
      for (let n = 0; n < 4; n++) await consume([seven], now);
      expect(await limiter.peek([three, seven], now)).toEqual({ key: three, until: at(15) });
      expect(await limiter.peek([seven, three], now)).toEqual({ key: seven, until: at(15) });
      expect(await limiter.peek([seven, three], at(5))).toEqual({ key: seven, until: at(15) });
      expect(await limiter.peek([seven, three], at(15))).toBeUndefined();
    });

    it('waits for the last of several limits', async () => {
      for (let minute = 0; minute < 5; minute++) await consume([stranger], at(minute));
      expect(await limiter.peek([stranger], at(4))).toMatchObject({ until: at(15) });
      expect(await limiter.peek([owner], at(4))).toBeUndefined();
    });

    it('takes no attempt', async () => {
      await limiter.peek([seven], NOON);
      expect(await stored(seven)).toBeNull();
    });
  });

  describe('round trips', () => {
    const commandsOf = async (action: () => Promise<unknown>): Promise<string[]> =>
      (await processes[0].commandsDuring(action)).map(describeCommand);
    const updates = (count: number): string[] => Array<string>(count).fill('update ws_rate_limits');

    it('takes one statement for an attempt by any number of keys, even for the first', async () => {
      expect(await commandsOf(() => consume([seven, three]))).toEqual(updates(1));
      expect(await commandsOf(() => consume([seven, three]))).toEqual(updates(1));
    });

    it('takes one statement of the same size for an attempt that is refused', async () => {
      const sizes: number[] = [];
      for (let n = 0; n < 5; n++) {
        const commands = await processes[0].commandsDuring(() => consume([three]));
        expect(commands.map(describeCommand)).toEqual(updates(1));
        sizes.push(JSON.stringify(commands[0]?.command.updates).length);
      }
      expect(new Set(sizes).size).toBe(1);
    });

    it('takes two statements when only some of the keys have room', async () => {
      for (let n = 0; n < 3; n++) await consume([three]);
      expect(await commandsOf(() => consume([three, seven]))).toEqual(updates(2));
    });

    it('takes one statement to peek, to refund and to reset', async () => {
      const keys = [seven, three];
      expect(await commandsOf(() => limiter.peek(keys, NOON))).toEqual(['find ws_rate_limits']);
      expect(await commandsOf(() => limiter.refund(keys, 'id'))).toEqual(updates(1));
      expect(await commandsOf(() => limiter.reset(seven))).toEqual(updates(1));
    });

    it('finds all documents by their ids', async () => {
      for (let n = 0; n < 300; n++) await consume([SEVEN.key('use', newId())]);
      const commands = await processes[0].commandsDuring(async () => {
        await limiter.peek([seven, three], NOON);
        await consume([seven, three], NOON, 'id');
        await limiter.refund([seven, three], 'id');
        await limiter.reset(seven);
      });
      for (const command of commands) await expectIndexed(db, command);
    });
  });

  describe('stored document', () => {
    it('keeps as many attempts as the largest limit, the newest first, until they expire', async () => {
      for (let n = 0; n < 12; n++) await consume([seven], at(n * 3), `attempt ${n}`);
      const { attempts = [], ...rest } = (await stored(seven)) ?? {};
      expect(attempts.map(({ id }) => id)).toEqual(
        [11, 10, 9, 8, 7, 6, 5].map((n) => `attempt ${n}`),
      );
      expect(rest).toEqual({ _id: seven.key, expiresAt: at(33 + 30) });
    });

    it('never moves its expiry to an earlier time', async () => {
      await consume([seven], at(10));
      await consume([seven], at(0));
      expect((await stored(seven))?.expiresAt).toEqual(at(10 + 30));
    });
  });
});
