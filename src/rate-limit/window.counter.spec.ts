import { minuteOf } from './allowance';
import { WindowCounter } from './window.counter';

const MINUTE = minuteOf(new Date('2026-11-26T10:00:30Z'));
const NEXT = minuteOf(new Date('2026-11-26T10:01:00Z'));

describe('WindowCounter', () => {
  it('numbers the events of each key, and begins again in another window', () => {
    const counter = new WindowCounter();
    expect([1, 2, 3].map(() => counter.add('a', MINUTE))).toEqual([1, 2, 3]);
    expect(counter.add('b', MINUTE)).toBe(1);
    expect(counter.add('a', NEXT)).toBe(1);
    // The clock was set back.
    expect(counter.add('a', MINUTE)).toBe(1);
  });

  it('takes an event back, but not from another window', () => {
    const counter = new WindowCounter();
    counter.add('a', MINUTE);
    counter.add('a', MINUTE);
    counter.remove('a', MINUTE);
    expect(counter.add('a', MINUTE)).toBe(2);
    expect(counter.add('a', NEXT)).toBe(1);
    counter.remove('a', MINUTE);
    expect(counter.add('a', NEXT)).toBe(2);
    counter.remove('never counted', NEXT);
    expect(counter.add('never counted', NEXT)).toBe(1);
  });

  it('learns what was counted elsewhere, and never forgets what it counted itself', () => {
    const counter = new WindowCounter();
    counter.add('a', MINUTE);
    counter.raise('a', MINUTE, 7);
    counter.raise('a', MINUTE, 3);
    expect(counter.add('a', MINUTE)).toBe(8);
  });

  it('keeps a bounded number of keys: a new one displaces the oldest', () => {
    const counter = new WindowCounter(2);
    for (const key of ['a', 'a', 'b', 'a', 'c']) counter.add(key, MINUTE);
    expect(counter.add('b', MINUTE)).toBe(2);
    expect(counter.add('c', MINUTE)).toBe(2);
    expect(counter.add('a', MINUTE)).toBe(1);
  });
});

describe('minuteOf', () => {
  it('is the same for all processes, and ends with the minute', () => {
    expect(MINUTE.endsAt).toEqual(new Date('2026-11-26T10:01:00Z'));
    expect(minuteOf(new Date('2026-11-26T10:00:59.999Z'))).toEqual(MINUTE);
    expect(NEXT).toEqual({ id: MINUTE.id + 1, endsAt: new Date('2026-11-26T10:02:00Z') });
  });
});
