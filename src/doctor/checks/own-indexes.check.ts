import { Check } from '../check';
import { fail, Finding, ok, warn } from '../finding';
import { isOwnCollection } from '../../workspace-admin/transfer/workspace-collections';
import { DEMO_COLLECTION } from '../../workspace-admin/demo/demo-workspace.service';

/** Holds one permanent document. */
const WITHOUT_EXPIRY = [DEMO_COLLECTION];

/** @param hasExpiry by the name of each own collection, whether it has a TTL index */
export function assessOwnIndexes(hasExpiry: ReadonlyMap<string, boolean>): Finding {
  if (hasExpiry.size === 0) {
    return warn(
      'there are no ws_ collections: the service has not been started on this database',
      'Start it once: it creates them with their indexes.',
    );
  }
  const without = [...hasExpiry].filter(([, expires]) => !expires).map(([name]) => name);
  return without.length === 0
    ? ok(`${hasExpiry.size} collections of the service's own, each with its TTL index`)
    : fail(
        `without a TTL index, so they grow for ever: ${without.join(', ')}`,
        'Restart the service: it creates the index. Its database user must own the ws_ collections.',
      );
}

export const OWN_INDEXES_CHECK: Check = {
  name: 'own-indexes',
  run: async ({ db }) => {
    const collections = await db.listCollections({}, { nameOnly: true }).toArray();
    const own = collections
      .map(({ name }) => name)
      .filter((name) => isOwnCollection(name) && !WITHOUT_EXPIRY.includes(name));
    const hasExpiry = new Map<string, boolean>();
    for (const name of own.sort()) {
      const indexes = await db.collection(name).indexes();
      hasExpiry.set(
        name,
        indexes.some(({ expireAfterSeconds }) => expireAfterSeconds !== undefined),
      );
    }
    return assessOwnIndexes(hasExpiry);
  },
};
