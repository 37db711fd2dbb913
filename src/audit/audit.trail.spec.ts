import { TestClock } from '../../test/support/test-clock';
import { AuditConfig } from '../config/audit.config';
import { AuditEntry } from './audit-event';
import { AuditLog } from './audit-log.service';
import { AuditRecord } from './audit-record';
import { AuditRecordsRepository } from './audit-records.repository';
import { AuditTrail } from './audit.trail';
import { MAX_ALIKE, WINDOW_MS } from './repetition.filter';

describe('AuditTrail', () => {
  const clock = new TestClock();
  const insert = jest.fn<Promise<Map<number, unknown>>, [readonly AuditRecord[]]>();
  const replace = jest.fn<Promise<Map<number, unknown>>, [readonly AuditRecord[]]>();
  const remove = jest.fn<Promise<void>, [readonly string[]]>();
  const write = jest.fn();
  let trail: AuditTrail;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'], advanceTimers: true });
    jest.resetAllMocks();
    insert.mockResolvedValue(new Map());
    replace.mockResolvedValue(new Map());
    remove.mockResolvedValue();
    trail = new AuditTrail(
      { insert, replace, remove } as unknown as AuditRecordsRepository,
      { write } as unknown as AuditLog,
      clock,
      new AuditConfig(),
    );
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const entry = (data: object = {}, actor: object = {}): AuditEntry => ({
    t: 'login',
    ts: clock.now(),
    actor: { type: 'user', ip: '192.0.2.1', useragent: 'curl', ...actor },
    data: { result: 'login-refused', ...data },
  });
  const record = (count: number, data: object = {}): Promise<unknown> =>
    Promise.all(Array.from({ length: count }, () => trail.record(entry(data))));
  const stored = (): AuditRecord[] => insert.mock.calls.flatMap(([records]) => records);
  const repeated = (): unknown[] =>
    stored().map(({ data }) => data.find(({ key }) => key === 'repeated')?.value);

  /** Until so many inserts are answered. */
  const inserted = async (count: number): Promise<void> => {
    while (insert.mock.calls.length < count) await new Promise(setImmediate);
    await new Promise(setImmediate);
  };

  it('stores the entries of one moment in one command, each with its own id', async () => {
    await record(16);
    expect(insert).toHaveBeenCalledTimes(1);
    expect(new Set(stored().map(({ _id }) => _id)).size).toBe(16);
    expect(write).toHaveBeenCalledTimes(16);
  });

  it('stores a record in the shape of the contract, with what it can be searched by', async () => {
    const actor = { _id: 'ann', username: 'Ann' };
    await trail.record({ ...entry({ result: 'ok', sessionId: 'S' }, actor), subject: 'bob' });
    expect(stored()).toEqual([
      {
        _id: expect.any(String) as string,
        t: 'login',
        ts: clock.now(),
        actor: { type: 'user', ip: '192.0.2.1', useragent: 'curl', ...actor },
        data: [
          { key: 'result', value: 'ok' },
          { key: 'sessionId', value: 'S' },
        ],
        keys: ['t:login', 'actor:ann', 'userId:bob', 'sessionId:S', 'actor:Ann'],
        expiresAt: new Date(clock.now().getTime() + 400 * 86_400_000),
      },
    ]);
  });

  it('stores no control character, and no more than 200 characters of a text', async () => {
    const hostile = '"}\n{"t":"login"\x1b[2J\x9b31m\u202e\u200b\u2028\ud800';
    await trail.record(entry({ a: hostile, b: '\n'.repeat(5000) }, { useragent: hostile }));
    const text = JSON.stringify(stored());
    expect(text).toMatch(/^[\x20-\x7e]*$/);
    expect(text).not.toMatch(/\\[^u"\\]|[^\\]\\u/);
    expect(stored()[0]?.data.find(({ key }) => key === 'b')?.value).toHaveLength(200);
  });

  it('stores how often something was repeated a minute later, even when nothing follows', async () => {
    await record(MAX_ALIKE + 7);
    expect(stored()).toHaveLength(MAX_ALIKE);
    jest.advanceTimersByTime(10 * WINDOW_MS);
    await trail.close();
    expect(repeated().slice(MAX_ALIKE)).toEqual([7]);
  });

  it('stores it before the first entry of the next minute, and at the end', async () => {
    await record(MAX_ALIKE + 7);
    clock.advance({ seconds: WINDOW_MS / 1000 });
    await record(MAX_ALIKE + 3);
    await trail.close();
    expect(repeated().filter(Boolean)).toEqual([7, 3]);
    await record(MAX_ALIKE + 2);
    expect(stored()).toHaveLength(3 * MAX_ALIKE + 4);
    await trail.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('rejects an entry that was not stored, whose line is in the log', async () => {
    insert.mockResolvedValueOnce(new Map([[0, new Error('too large')]]));
    const [first, second] = await Promise.allSettled([
      trail.record(entry()),
      trail.record(entry({ result: 'other' })),
    ]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    insert.mockRejectedValueOnce(new Error('away'));
    await expect(trail.record(entry({ result: 'third' }))).rejects.toThrow('away');
    expect(write).toHaveBeenCalledTimes(3);
  });

  it('stores a count that could not be stored a minute later, once', async () => {
    await record(MAX_ALIKE + 7);
    insert.mockRejectedValueOnce(new Error('away'));
    jest.advanceTimersByTime(WINDOW_MS);
    await inserted(2);
    const [failed] = stored().slice(MAX_ALIKE);
    clock.advance({ seconds: WINDOW_MS / 1000 });
    jest.advanceTimersByTime(WINDOW_MS);
    await inserted(3);
    expect(stored().slice(MAX_ALIKE)).toEqual([failed, failed]);
    jest.advanceTimersByTime(3 * WINDOW_MS);
    await trail.close();
    expect(stored()).toHaveLength(MAX_ALIKE + 2);
    expect(write).toHaveBeenCalledTimes(MAX_ALIKE + 1);
  });

  it('keeps a bounded number of counts that cannot be stored', async () => {
    const kinds = 1500;
    for (let n = 0; n < kinds; n++) {
      const found = { userId: `user-${n}` };
      await trail.record({ ...entry({}, { ip: '192.0.2.2' }), found }).catch(() => undefined);
    }
    insert.mockClear();
    for (let n = 0; n < 3; n++) insert.mockRejectedValueOnce(new Error('away'));
    jest.advanceTimersByTime(WINDOW_MS);
    await inserted(3);
    insert.mockClear();
    jest.advanceTimersByTime(WINDOW_MS);
    await trail.close();
    expect(stored().length).toBe(1000);
  });

  it('replaces what was announced, under its id', async () => {
    const id = 'announced';
    await trail.announce(id, entry({ result: 'unfinished' }));
    expect(write).not.toHaveBeenCalled();
    await trail.amend(id, entry({ result: 'ok' }));
    expect(stored().map(({ _id }) => _id)).toEqual([id]);
    expect(replace.mock.calls[0]?.[0]).toMatchObject([{ _id: id, data: [{ value: 'ok' }] }]);
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('counts what was announced before the window began, and begins no new one for it', async () => {
    const announced = Array.from({ length: MAX_ALIKE + 5 }, (_, n) => `announced-${n}`);
    const begun = { ...entry(), ts: clock.now() };
    await Promise.all(announced.map((id) => trail.announce(id, begun)));
    clock.advance({ seconds: 0.01 });
    await record(1, { result: 'other' });
    await Promise.all(announced.map((id) => trail.amendRefusal(id, begun)));
    expect(replace.mock.calls.flatMap(([records]) => records)).toHaveLength(MAX_ALIKE);
    expect(remove.mock.calls.flatMap(([ids]) => ids)).toEqual(announced.slice(MAX_ALIKE));
    await trail.close();
    expect(repeated().filter(Boolean)).toEqual([5]);
  });

  it.each<[string, (old: AuditEntry) => unknown]>([
    ['a change ends', (old) => trail.amend('announced', old)],
    [
      'a line of the log alone is written',
      (old) => {
        trail.logOnly(old);
      },
    ],
    ['something late is recorded', (old) => trail.record(old)],
  ])('begins no new window when %s that began before this one', async (_case, end) => {
    const old = entry({ result: 'ok' }, { _id: 'ann' });
    clock.advance({ seconds: 1 });
    await record(MAX_ALIKE);
    await end(old);
    await record(3);
    await trail.close();
    expect(repeated().filter(Boolean)).toEqual([3]);
  });

  it('stores derived records under their ids, and fails when one of them is not stored', async () => {
    await trail.derive([]);
    expect(insert).not.toHaveBeenCalled();
    await trail.derive([['one', entry()]]);
    expect(stored().map(({ _id }) => _id)).toEqual(['one']);
    insert.mockResolvedValueOnce(new Map([[0, new Error('too large')]]));
    await expect(trail.derive([['two', entry()]])).rejects.toThrow('too large');
  });
});
