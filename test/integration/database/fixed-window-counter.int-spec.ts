import { mongo } from 'mongoose';
import { windowAt } from '../../../src/database/fixed-window';
import { FixedWindowCounter } from '../../../src/database/fixed-window.counter';
import { openTestDatabase } from '../../support/database';
import { describeCommand } from '../../support/explain';
import { LimiterProcess } from '../../support/limiter-process';
import { newId } from '../../support/workspace';

const MINUTE_MS = 60_000;
const NOON = windowAt(new Date('2030-01-01T12:00:00Z'), MINUTE_MS);
const NEXT = windowAt(NOON.endsAt, MINUTE_MS);

describe('FixedWindowCounter on the database', () => {
  let db: mongo.Db;
  let processes: [LimiterProcess, LimiterProcess];
  let counter: FixedWindowCounter;

  beforeAll(async () => {
    const database = await openTestDatabase();
    db = database.db;
    processes = await LimiterProcess.startTwo(database.uri);
    [{ counter }] = processes;
  });

  it('gives each of parallel events of two processes a number of its own', async () => {
    for (let round = 0; round < 50; round++) {
      const id = newId();
      const numbers = await Promise.all(
        Array.from({ length: 6 }, () =>
          processes.map((one) => one.counter.increment('race', [id], NOON)),
        ).flat(),
      );
      expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    }
  });

  it('counts by name, parts and window', async () => {
    const id = newId();
    const count = (name: string, parts: string[], window = NOON): Promise<number> =>
      counter.increment(name, parts, window);
    expect(await count('a', [id, 'x'])).toBe(1);
    expect(await count('a', [id, 'x'])).toBe(2);
    expect(await count('b', [id, 'x'])).toBe(1);
    expect(await count('a', [`${id}x`])).toBe(1);
    expect(await count('a', [id, 'x'], NEXT)).toBe(1);
    expect(await count('a', [id, 'x'])).toBe(3);
  });

  it('takes one round trip, and one more for the first of a window', async () => {
    const id = newId();
    const commands = async (): Promise<string[]> =>
      (await processes[0].commandsDuring(() => counter.increment('trips', [id], NOON))).map(
        describeCommand,
      );
    expect(await commands()).toEqual(['findAndModify ws_rate_limits', 'insert ws_rate_limits']);
    expect(await commands()).toEqual(['findAndModify ws_rate_limits']);
  });

  it('keeps a count until a minute after its window, for clocks that differ', async () => {
    const id = newId();
    await counter.increment('kept', [id], NOON);
    const kept = await db
      .collection('ws_rate_limits')
      .find({ _id: { $regex: '^kept:' } as never })
      .toArray();
    expect(kept).toEqual([
      {
        _id: expect.not.stringContaining(id) as unknown,
        count: 1,
        expiresAt: new Date('2030-01-01T12:02:00Z'),
      },
    ]);
  });

  it('lets nothing pass when the count is removed while it is taken', async () => {
    const id = newId();
    await counter.increment('removed', [id], NOON);
    const { records } = processes[1];
    // Removed before each update, and there again before the insert.
    const update = jest.spyOn(records, 'findOneAndUpdate').mockReturnValue({
      lean: () => Promise.resolve(null),
    } as never);
    expect(await processes[1].counter.increment('removed', [id], NOON)).toBe(Infinity);
    expect(update).toHaveBeenCalledTimes(2);
    update.mockRestore();
  });
});
