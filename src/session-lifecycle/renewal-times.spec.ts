import { RenewalTimes } from './renewal-times';

describe('RenewalTimes', () => {
  const now = new Date(Date.UTC(2026, 0, 1));
  const later = (ms: number): Date => new Date(now.getTime() + ms);

  it('reports a renewal as due unless it was postponed, and due again from the exact millisecond', () => {
    const times = new RenewalTimes();
    expect(times.isDue('a', now)).toBe(true);
    times.postpone('a', now, 100);
    expect([0, 99, 100].map((ms) => times.isDue('a', later(ms)))).toEqual([false, false, true]);
    expect(times.isDue('b', now)).toBe(true);
    times.postpone('a', now, 50);
    expect(times.isDue('a', later(50))).toBe(true);
  });

  it('remembers a bounded number and forgets the one that was postponed first', () => {
    const times = new RenewalTimes(3);
    for (const login of ['a', 'b', 'c']) times.postpone(login, now, 100);
    times.postpone('a', now, 100);
    times.postpone('d', now, 100);
    expect(['a', 'b', 'c', 'd'].filter((login) => times.isDue(login, now))).toEqual(['b']);
  });
});
