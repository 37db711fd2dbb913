import { createHash } from 'node:crypto';

/** Base64 of the 32 bytes of SHA-256. */
export const HASH_LENGTH = 44;

/** Hashes JSON values; other values, order or grouping give another hash. */
export function hashOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
