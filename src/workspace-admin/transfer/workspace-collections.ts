import { mongo } from 'mongoose';
import {
  PERMISSIONS_COLLECTION,
  ROLES_COLLECTION,
  SESSIONS_COLLECTION,
  USERS_COLLECTION,
} from '../../workspace-data/collections';

/** Holds the lock of a running import. Not exported: it concerns one database only. */
export const IMPORTS_COLLECTION = 'ws_imports';

/** What a service derives from the rest by itself, for one database only. */
const DERIVED = ['ws_live_sessions', 'ws_session_index'];

const ROLES: string[] = [ROLES_COLLECTION, PERMISSIONS_COLLECTION];
const PEOPLE: string[] = [SESSIONS_COLLECTION, USERS_COLLECTION];
const OWN = /^ws_[a-z_]+$/;

/** Whether the service keeps its own state in this collection: what cannot be derived from the others. */
export function isOwnCollection(name: string): boolean {
  return OWN.test(name) && name !== IMPORTS_COLLECTION && !DERIVED.includes(name);
}

/**
 * Selects a workspace's collections, in the order of an export. The service's own are included: without claims and
 * lockouts, used codes would work again. Users come last, so that they cannot sign in before the rest is there.
 */
export function inTravelOrder(names: string[]): string[] {
  const isGiven = (name: string): boolean => names.includes(name);
  return [
    ...ROLES.filter(isGiven),
    ...names.filter(isOwnCollection).sort(),
    ...PEOPLE.filter(isGiven),
  ];
}

export async function workspaceCollections(db: mongo.Db): Promise<string[]> {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  return inTravelOrder(collections.map(({ name }) => name));
}
