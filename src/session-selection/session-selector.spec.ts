import { canonicalSelector, SessionSelector } from './session-selector';

const of = (fields: Partial<SessionSelector>): string =>
  canonicalSelector(Object.assign(new SessionSelector(), fields));

describe('the canonical text of a selector', () => {
  it('is the same whatever the order of keys and texts, and however often a text is named', () => {
    const text = '[["host","x"],["osName","y"],["userIds",["a","b"]]]';
    expect(of({ host: 'x', osName: 'y', userIds: ['a', 'b'] })).toBe(text);
    expect(of({ userIds: ['b', 'a', 'b'], osName: 'y', host: 'x' })).toBe(text);
    expect(of({ osName: 'y', userIds: ['b', 'a'], host: 'x', ip: undefined as never })).toBe(text);
  });

  it('is the same for one moment in different forms', () => {
    const text =
      '[["loginAfter","2030-01-01T12:00:00.000Z"],["loginBefore","2030-01-01T12:00:01.000Z"]]';
    expect(
      of({ loginBefore: '2030-01-01T13:00:01+01:00', loginAfter: '2030-01-01T12:00:00Z' }),
    ).toBe(text);
  });

  it.each<[string, Partial<SessionSelector>, Partial<SessionSelector>]>([
    ['another text', { host: 'x' }, { host: 'y' }],
    ['another field', { host: 'x' }, { osName: 'x' }],
    ['one text more', { userIds: ['a'] }, { userIds: ['a', 'b'] }],
    [
      'another moment',
      { loginAfter: '2030-01-01T12:00:00Z' },
      { loginAfter: '2030-01-01T12:00:01Z' },
    ],
  ])('is another for %s', (_what, one, other) => {
    expect(of(one)).not.toBe(of(other));
  });
});
