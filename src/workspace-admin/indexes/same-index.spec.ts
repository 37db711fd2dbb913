import { isSameIndex } from './same-index';

const index = { key: { userId: 1, loginAt: -1 } } as const;

describe('isSameIndex', () => {
  it('ignores names, versions and options that are off', () => {
    const reported = { ...index, name: 'anything', version: 2, unique: false, sparse: false };
    expect(isSameIndex(index, reported)).toBe(true);
  });

  it.each([
    ['the fields in another order', { key: { loginAt: -1, userId: 1 } }],
    ['another direction', { key: { userId: 1, loginAt: 1 } }],
    ['a field less', { key: { userId: 1 } }],
    ['unique', { ...index, unique: true }],
    ['sparse', { ...index, sparse: true }],
    ['partial', { ...index, partialFilterExpression: { userId: { $exists: true } } }],
    ['a TTL index', { ...index, expireAfterSeconds: 0 }],
    ['of another collation', { ...index, collation: { locale: 'de' } }],
    ['hidden from the planner', { ...index, hidden: true }],
  ] as const)('distinguishes an index that has or is %s', (_case, other) => {
    expect(isSameIndex(index, other)).toBe(false);
    expect(isSameIndex(other, index)).toBe(false);
  });
});
