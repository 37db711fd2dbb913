import { mongo } from 'mongoose';
import {
  PERMISSIONS_COLLECTION,
  ROLES_COLLECTION,
  SESSIONS_COLLECTION,
  USERS_COLLECTION,
} from '../../workspace-data/collections';

/** Where an import notes that it is at work. Does not travel: it says something about one database only. */
export const IMPORTS_COLLECTION = 'ws_imports';

const ROLES: string[] = [ROLES_COLLECTION, PERMISSIONS_COLLECTION];
const PEOPLE: string[] = [SESSIONS_COLLECTION, USERS_COLLECTION];
const OWN = /^ws_[a-z_]+$/;

/** Whether it is one of those in which the service keeps what it remembers itself. */
export function isOwnCollection(name: string): boolean {
  return OWN.test(name) && name !== IMPORTS_COLLECTION;
}

/**
 * Those of the names that are a workspace's collections, in the order in which they travel. The dozens of others in a
 * real workspace's database are none of the service's business. What the service remembers itself does travel: without
 * the claims and lockouts, codes that were used would work once more. The users come last, so that nobody can sign in
 * before the rest is there.
 */
export function inTravelOrder(names: string[]): string[] {
  const isGiven = (name: string): boolean => names.includes(name);
  return [
    ...ROLES.filter(isGiven),
    ...names.filter(isOwnCollection).sort(),
    ...PEOPLE.filter(isGiven),
  ];
}

/** The workspace's collections that are in a database, in the order in which they travel. */
export async function workspaceCollections(db: mongo.Db): Promise<string[]> {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  return inTravelOrder(collections.map(({ name }) => name));
}
