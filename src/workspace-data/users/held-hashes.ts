import { LOGIN_TOKENS } from './stored-token';

/** Where the workspace's index finds a user by the hash of a token. */
export const TOKEN_HASH = `${LOGIN_TOKENS}.hashedToken`;

/**
 * Every token hash by which a lookup finds this user. Other programs wrote the user, and a database looks into lists on
 * every level of a path: a single token in place of the list is found as well, and so is one with several hashes.
 */
export function heldHashes(user: unknown): string[] {
  const found = TOKEN_HASH.split('.').reduce<unknown[]>(
    (values, field) => values.flatMap((value) => valuesOf(value, field)),
    [user],
  );
  return found.filter((hash) => typeof hash === 'string');
}

function valuesOf(value: unknown, field: string): unknown[] {
  const isObject = typeof value === 'object' && value !== null;
  return isObject ? [(value as Record<string, unknown>)[field]].flat() : [];
}
