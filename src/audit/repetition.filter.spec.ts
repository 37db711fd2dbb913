import { AuditEntry } from './audit-event';
import {
  MAX_ALIKE,
  MAX_OF_ONE,
  MAX_OF_STRANGERS,
  RepetitionFilter,
  WINDOW_MS,
} from './repetition.filter';

const START = 1_700_000_000_000;
const later = (ms: number): Date => new Date(START + ms);

function entry(
  data: Partial<AuditEntry['data']> = {},
  actor: AuditEntry['actor'] = { _id: 'ann' },
): AuditEntry {
  return {
    t: 'session.ended',
    ts: later(0),
    actor: { type: 'user', ip: '192.0.2.1', useragent: 'curl', ...actor },
    data: { result: 'second-factor-invalid', ...data },
  };
}

describe('RepetitionFilter', () => {
  let repetitions: RepetitionFilter;

  beforeEach(() => {
    repetitions = new RepetitionFilter();
    repetitions.next(later(0));
  });

  const written = (entries: AuditEntry[]): number =>
    entries.filter((one) => repetitions.take(one)).length;
  const times = (count: number, make: (index: number) => AuditEntry): AuditEntry[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const counts = (): number[] =>
    repetitions.next(later(WINDOW_MS)).map(({ data }) => Number(data.repeated));

  it('writes the first of the like entries and counts every other one', () => {
    const all = times(1199, (index) => ({ ...entry({ answered: 400 }), ts: later(index) }));
    expect(written(all)).toBe(MAX_ALIKE);
    expect(repetitions.next(later(WINDOW_MS))).toEqual([
      {
        t: 'session.ended',
        ts: later(WINDOW_MS),
        actor: { type: 'user', _id: 'ann' },
        data: {
          result: 'second-factor-invalid',
          repeated: 1199 - MAX_ALIKE,
          from: later(MAX_ALIKE).toISOString(),
          to: later(1198).toISOString(),
        },
      },
    ]);
  });

  it('starts over after a minute, with nothing left to summarise', () => {
    written(times(MAX_ALIKE, () => entry()));
    expect(repetitions.isOver(later(WINDOW_MS - 1))).toBe(false);
    expect(repetitions.isOver(later(WINDOW_MS))).toBe(true);
    expect(repetitions.isOver(later(-1))).toBe(true);
    expect(counts()).toEqual([]);
    expect(repetitions.take(entry())).toBe(true);
  });

  it.each<[string, Partial<AuditEntry['data']>, AuditEntry['actor']]>([
    ['another result', { result: 'second-factor-locked' }, { _id: 'ann' }],
    ['another change', { change: 'totp.reset' }, { _id: 'ann' }],
    ['another reason', { reason: 'email' }, { _id: 'ann' }],
    ['another user', {}, { _id: 'bob' }],
    ['a request without a login, from the same address', {}, {}],
  ])('takes %s for something else', (_case, data, actor) => {
    written(times(MAX_ALIKE, () => entry()));
    expect(repetitions.take(entry(data, actor))).toBe(true);
  });

  it('keeps another account that was found apart from what it has counted', () => {
    written(times(MAX_ALIKE, () => entry()));
    expect(repetitions.take({ ...entry(), found: { userId: 'bob' } })).toBe(true);
  });

  it('bounds lines and counts even when a refused user names another account each time', () => {
    const all = times(3000, (index) => entry({ userId: `made-up-${index}`, username: `${index}` }));
    expect(written(all)).toBe(MAX_ALIKE);
    expect(counts()).toEqual([3000 - MAX_ALIKE]);
  });

  it('counts the refusals of one user together, whatever they name and wherever they are', () => {
    const all = times(40, (index) =>
      entry(
        { sessionId: `made-up-${index}`, answered: index },
        { _id: 'ann', ip: `192.0.2.${index}`, useragent: `${index}` },
      ),
    );
    expect(written(all)).toBe(MAX_ALIKE);
    expect(counts()).toEqual([40 - MAX_ALIKE]);
  });

  it('takes everything that a user was granted, however often', () => {
    expect(written(times(1000, () => entry({ result: 'ok', sessionId: 'session-0' })))).toBe(1000);
    expect(counts()).toEqual([]);
  });

  it('counts what strangers repeat, also if it was granted', () => {
    const all = times(1000, () => entry({ result: 'ok' }, { ip: '192.0.2.1' }));
    expect(written(all)).toBe(MAX_ALIKE);
    expect(counts()).toEqual([1000 - MAX_ALIKE]);
  });

  it('bounds all refusals of one user, and reports the count of each kind', () => {
    const all = times(10 * MAX_ALIKE, (index) => entry({ result: `kind-${index % 10}` }));
    expect(written(all)).toBe(MAX_OF_ONE);
    const told = counts();
    expect(told).toHaveLength(10);
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(all.length - MAX_OF_ONE);
  });

  it('bounds the lines and memory that strangers cost, and loses no count', () => {
    const all = times(10_000, (index) => entry({}, { ip: `2001:db8::${index}` }));
    expect(written(all)).toBe(MAX_OF_STRANGERS);
    // Users still have lines of their own.
    expect(repetitions.take(entry())).toBe(true);
    expect(repetitions.next(later(WINDOW_MS))).toEqual([
      expect.objectContaining({
        actor: {},
        data: expect.objectContaining({ repeated: all.length - MAX_OF_STRANGERS }) as object,
      }),
    ]);
  });

  describe('of guesses of strangers', () => {
    const guess = (found?: AuditEntry['found'], ip = '192.0.2.1'): AuditEntry => ({
      ...entry({ result: 'login-refused' }, { ip }),
      t: 'failed-login-attempt',
      ...(found && { found }),
    });
    const noise = (count: number): AuditEntry[] =>
      times(count, (index) => entry({ result: `kind-${index % 10}` }, { ip: `::${index % 2}` }));

    it.each([0, MAX_ALIKE - 1, MAX_ALIKE, MAX_OF_STRANGERS])(
      'does not tell by what it takes whether the account exists, after %i others',
      (others) => {
        const outcomes = [undefined, { userId: 'bob' }].map((found) => {
          repetitions.next(later(0));
          written([...noise(others), ...times(others % MAX_OF_ONE, () => guess())]);
          return times(MAX_ALIKE + 1, () => guess(found)).map((one) => repetitions.take(one));
        });
        expect(outcomes[0]).toEqual(outcomes[1]);
      },
    );

    it('names each account that exists, and who guessed, in what it counts', () => {
      written(noise(2 * MAX_OF_STRANGERS));
      repetitions.take(guess({ userId: 'bob', username: 'Bob' }));
      for (const userId of ['ann', 'bob']) {
        repetitions.take(guess({ userId }, '192.0.2.2'));
        repetitions.take(guess({ userId }, '192.0.2.2'));
      }
      const told = repetitions.next(later(WINDOW_MS)).filter(({ data }) => data.userId);
      expect(told.map(({ actor, data }) => [actor.ip, data.userId, data.repeated])).toEqual([
        ['192.0.2.1', 'bob', 1],
        ['192.0.2.2', 'ann', 2],
        ['192.0.2.2', 'bob', 2],
      ]);
      expect(told[0]?.data).toMatchObject({ result: 'login-refused', username: 'Bob' });
    });
  });
});
