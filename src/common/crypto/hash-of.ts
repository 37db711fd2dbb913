import { createHash } from 'node:crypto';

/** How many characters `hashOf` returns: base64 of the 32 bytes of a SHA-256. */
export const HASH_LENGTH = 44;

/** One hash of several values that JSON can write, which no other values in another order or division share. */
export function hashOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
