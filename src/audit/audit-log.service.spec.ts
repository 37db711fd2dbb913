import { Logger } from '@nestjs/common';
import { TestClock } from '../../test/support/test-clock';
import { AuditEntry, LONGEST_TEXT } from './audit-event';
import { AuditLog } from './audit-log.service';
import { MAX_ALIKE, WINDOW_MS } from './repetition.filter';

describe('AuditLog', () => {
  const clock = new TestClock();
  let log: AuditLog;
  let lines: string[];

  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    jest.spyOn(Logger.prototype, 'log').mockImplementation((line) => void lines.push(String(line)));
    log = new AuditLog(clock);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const record = (count: number, data: object = {}, actor: object = {}): void => {
    for (let index = 0; index < count; index += 1) {
      log.record({
        t: 'login',
        ts: clock.now(),
        actor: { type: 'user', ip: '192.0.2.1', useragent: 'curl', ...actor },
        data: { result: 'login-refused', ...data },
      });
    }
  };
  const told = (): AuditEntry[] => lines.map((line) => JSON.parse(line) as AuditEntry);

  it('writes an entry as one line of JSON, in the shape of an audit record', () => {
    record(1, { sessionId: 'S' }, { _id: 'ann' });
    expect(lines).toEqual([
      `{"t":"login","ts":"${clock.now().toISOString()}","actor":{"type":"user","ip":"192.0.2.1","useragent":"curl","_id":"ann"},"data":{"result":"login-refused","sessionId":"S"}}`,
    ]);
  });

  it('escapes unprintable characters and truncates long text', () => {
    const hostile = '"}\n{"t":"login"\x1b[2J\x9b31m\u202e\u200b\u2028\ud800';
    record(1, { tokenName: hostile }, { useragent: hostile + 'x'.repeat(5000) });
    expect(lines[0]).toMatch(/^[\x20-\x7e]*$/);
    const [entry] = told();
    expect(entry?.data.tokenName).toBe(hostile);
    expect(entry?.actor.useragent).toBe((hostile + 'x'.repeat(5000)).slice(0, LONGEST_TEXT));
  });

  it('writes the count of repetitions a minute later, even when no entry follows', () => {
    record(MAX_ALIKE + 7);
    expect(lines).toHaveLength(MAX_ALIKE);
    jest.advanceTimersByTime(WINDOW_MS);
    expect(told().at(-1)?.data.repeated).toBe(7);
    jest.advanceTimersByTime(10 * WINDOW_MS);
    expect(lines).toHaveLength(MAX_ALIKE + 1);
  });

  it('writes the count of repetitions before the first entry of the next minute', () => {
    record(MAX_ALIKE + 7);
    clock.advance({ seconds: WINDOW_MS / 1000 });
    record(1);
    expect(
      told()
        .slice(-2)
        .map(({ data }) => data.repeated),
    ).toEqual([7, undefined]);
  });

  it('writes the count of repetitions on close, and counts nothing afterwards', () => {
    record(MAX_ALIKE + 7);
    log.close();
    expect(told().at(-1)?.data.repeated).toBe(7);
    record(MAX_ALIKE + 7);
    expect(lines).toHaveLength(2 * MAX_ALIKE + 8);
    log.close();
    expect(lines).toHaveLength(2 * MAX_ALIKE + 8);
    expect(jest.getTimerCount()).toBe(0);
  });
});
