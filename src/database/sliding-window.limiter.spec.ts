import { Model } from 'mongoose';
import { RateCounter } from './rate-counter';
import { RateLimitRecord } from './rate-limit-record.schema';
import { SlidingWindowLimiter } from './sliding-window.limiter';
import { asNewest, fullUntil, hasRoom, latest, secondsUntil } from './sliding-window';

const NOON = new Date('2030-01-01T12:00:00Z');
const at = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1000);
/** Newest first, as a document keeps them. */
const attempts = (...seconds: number[]) => seconds.map((second) => ({ at: at(second) }));
const limit = { max: 3, withinMs: 60_000 };

describe('sliding window', () => {
  it('has room when the attempt that would exceed the limit has left the window', () => {
    expect(hasRoom(limit, NOON)).toEqual({ 'attempts.2.at': { $not: { $gt: at(-60) } } });
  });

  it('keeps only the given number of attempts, the newest first', () => {
    expect(asNewest({ at: NOON }, 7)).toEqual({ $each: [{ at: NOON }], $position: 0, $slice: 7 });
  });

  it.each<[string, Date | undefined, number[], Date]>([
    ['with fewer attempts than the limit', undefined, [0, 0], at(0)],
    ['at the last of them', at(60), [50, 20, 0], at(50)],
    ['a millisecond before the oldest leaves', at(60), [50, 20, 0], new Date(at(60).getTime() - 1)],
    ['when the oldest leaves', undefined, [50, 20, 0], at(60)],
    ['counting the newest where a list is longer', at(80), [50, 40, 20, 0], at(70)],
  ])('computes until when it is full: %s', (_case, until, seconds, now) => {
    expect(fullUntil(attempts(...seconds), limit, now)).toEqual(until);
  });

  it('returns the latest of several times, and none when there are none', () => {
    expect(latest([at(1), undefined, at(3), at(2), undefined])).toEqual(at(3));
    expect(latest([undefined])).toBeUndefined();
    expect(latest([])).toBeUndefined();
  });

  it('makes clients wait for whole seconds, at least one', () => {
    expect([0, -5, 0.001, 1, 1.001, 900].map((seconds) => secondsUntil(at(seconds), NOON))).toEqual(
      [1, 1, 1, 1, 2, 900],
    );
  });
});

describe('RateCounter', () => {
  const minute = { max: 1, withinMs: 60_000 };
  const quarter = { max: 5, withinMs: 900_000 };
  const many = { max: 10, withinMs: 900_000 };
  const counter = new RateCounter('mails', { owner: [many], stranger: [minute, quarter] });

  it('derives from all uses how many attempts are kept and for how long', () => {
    const shared = { length: 10, keepMs: 1_800_000 };
    expect(counter.key('owner', 'ada')).toMatchObject({ limits: [many], ...shared });
    expect(counter.key('stranger', 'ada')).toMatchObject({ limits: [minute, quarter], ...shared });
  });

  it('counts all uses of a counter on one document, and other counters separately', () => {
    const { key } = counter.key('owner', 'ada');
    expect(counter.key('stranger', 'ada').key).toBe(key);
    const others = [
      counter.key('owner', 'eve'),
      counter.key('owner', 'a', 'da'),
      counter.key('owner', 'ad', 'a'),
      counter.key('owner', '["ada"]'),
      new RateCounter('other', { owner: [many] }).key('owner', 'ada'),
    ].map((other) => other.key);
    expect(new Set([key, ...others]).size).toBe(6);
  });

  it('names the counter in the document id and hides what is counted', () => {
    expect(counter.key('owner', 'ada@example.com').key).toMatch(/^mails:[A-Za-z0-9+/]{43}=$/);
  });

  it.each([
    ['no attempt', { max: 0, withinMs: 1 }],
    ['half an attempt', { max: 0.5, withinMs: 1 }],
    ['no time', { max: 1, withinMs: 0 }],
    ['no end', { max: 1, withinMs: Infinity }],
  ])('refuses a limit with %s', (_case, wrong) => {
    expect(() => new RateCounter('wrong', { use: [wrong] })).toThrow('wrong: a limit needs');
  });

  it('refuses a use whose attempts could push out what another use still counts', () => {
    const uses = { owner: [many], stranger: [minute] };
    expect(() => new RateCounter('wrong', uses)).toThrow('wrong: each use needs a limit over');
    expect(() => new RateCounter('wrong', { use: [] })).toThrow('wrong: each use needs a limit');
  });
});

describe('SlidingWindowLimiter', () => {
  const counter = new RateCounter('tries', { use: [limit] });
  const [a, b] = [counter.key('use', 'a'), counter.key('use', 'b')];
  const keys = [a, b];
  const boom = new Error('The database is down.');

  it.each<[string, (limiter: SlidingWindowLimiter) => Promise<unknown>]>([
    ['tryConsume', (limiter) => limiter.tryConsume(keys, 'id', NOON)],
    ['refund', (limiter) => limiter.refund(keys, 'id')],
    ['reset', (limiter) => limiter.reset({ key: 'a' })],
  ])('fails closed when the database fails: %s', async (_case, action) => {
    const fail = (): Promise<never> => Promise.reject(boom);
    const model = { bulkWrite: fail, updateMany: fail, updateOne: fail };
    const limiter = new SlidingWindowLimiter(model as unknown as Model<RateLimitRecord>);
    await expect(action(limiter)).rejects.toBe(boom);
  });

  it('sends the same statements for each key, whether or not there is room', async () => {
    const sent: unknown[] = [];
    const refunded: unknown[] = [];
    const model = {
      bulkWrite: (statements: unknown) => {
        sent.push(statements);
        // The documents exist; the second has no room.
        return Promise.resolve({ matchedCount: 3, upsertedCount: 0 });
      },
      updateMany: (...given: unknown[]) => {
        refunded.push(given);
        return Promise.resolve();
      },
    };
    const limiter = new SlidingWindowLimiter(model as unknown as Model<RateLimitRecord>);
    expect(await limiter.tryConsume(keys, 'id', NOON)).toBe(false);
    const statements = (key: string): unknown[] => [
      {
        updateOne: {
          filter: { _id: key },
          update: { $max: { expiresAt: at(120) } },
          upsert: true,
        },
      },
      {
        updateOne: {
          filter: { _id: key, $and: [{ 'attempts.2.at': { $not: { $gt: at(-60) } } }] },
          update: {
            $push: { attempts: { $each: [{ id: 'id', at: NOON }], $position: 0, $slice: 3 } },
          },
        },
      },
    ];
    expect(sent).toEqual([[...statements(a.key), ...statements(b.key)]]);
    expect(refunded).toEqual([
      [{ _id: { $in: [a.key, b.key] } }, { $pull: { attempts: { id: 'id' } } }],
    ]);
  });
});
