import { documentOf } from '../../test/support/bson';
import { parseIndex } from './index-definition';
import { Store } from './store';

const NOW = new Date('2026-01-01T12:00:00Z');
const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);

describe('a TTL index', () => {
  it('ends documents by the clock it is given, and only those with a date', () => {
    const store = new Store();
    const things = store.ensure('test', 'things');
    const key = { expiresAt: 1 };
    things.addIndex(parseIndex(documentOf({ key, name: 'ttl', expireAfterSeconds: 600 })));
    const kept = [
      { _id: 'young', expiresAt: minutesAgo(9) },
      { _id: 'on the second', expiresAt: minutesAgo(10) },
      { _id: 'no date', expiresAt: 0 },
      { _id: 'nothing' },
      { _id: 'empty', expiresAt: [] },
    ];
    const ended = [
      { _id: 'old', expiresAt: minutesAgo(11) },
      { _id: 'one of several', expiresAt: [minutesAgo(1), minutesAgo(11), minutesAgo(12)] },
    ];
    for (const document of [...kept, ...ended]) things.insert(documentOf(document));
    store.removeExpired(NOW);
    const ids = things.find({ filter: documentOf({}) }).map(({ document }) => document.get('_id'));
    expect(ids).toEqual(kept.map(({ _id }) => _id));
  });
});
