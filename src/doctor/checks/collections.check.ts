import { Check } from '../check';
import { fail, Finding, ok, warn } from '../finding';
import {
  PERMISSIONS_COLLECTION,
  SESSIONS_COLLECTION,
  USERS_COLLECTION,
} from '../../workspace-data/collections';

const NEEDED = [USERS_COLLECTION, SESSIONS_COLLECTION, PERMISSIONS_COLLECTION];

/** @param names of all collections in the database */
export function assessCollections(names: string[]): Finding {
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (missing.length === NEEDED.length) {
    return fail(
      'the database holds no workspace',
      'Check the database name in MONGODB_URI; for a new workspace: npm run workspace -- init',
    );
  }
  if (missing.includes(USERS_COLLECTION)) {
    return fail('users is missing', 'Check the database name in MONGODB_URI.');
  }
  return missing.length === 0
    ? ok(`${NEEDED.join(', ')} are there`)
    : warn(`missing: ${missing.join(', ')}`, 'Start Rocket.Chat once: it creates its collections.');
}

export const COLLECTIONS_CHECK: Check = {
  name: 'collections',
  run: async ({ db }) => {
    const collections = await db.listCollections({}, { nameOnly: true }).toArray();
    return assessCollections(collections.map(({ name }) => name));
  },
};
