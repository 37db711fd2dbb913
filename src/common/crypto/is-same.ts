import { timingSafeEqual } from 'node:crypto';

/** Compares texts, or bytes, in a time that tells at most their lengths, not where they differ. */
export function isSame(given: string | Uint8Array, wanted: string | Uint8Array): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
