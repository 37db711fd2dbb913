import { randomBytes, randomFillSync } from 'node:crypto';

/** Rocket.Chat's alphabet for ids, without characters that people confuse. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz';
const LENGTH = 17;
/** Bytes from here on are drawn again, or the first characters of the alphabet would be likelier than the others. */
const FAIR = 256 - (256 % ALPHABET.length);

/** Drawn in advance: asking the system each time costs several times as much as the rest of an id, and more in a busy process. */
const pool = Buffer.alloc(4096);
let used = pool.length;

/** A new id in Rocket.Chat's form: about 98 random bits. No secret: what it is made of stays in memory for a while. */
export function randomId(): string {
  return drawString(LENGTH, fromPool);
}

/** Almost six random bits per character. */
export function randomString(length: number): string {
  return drawString(length, randomBytes);
}

function drawString(length: number, draw: (size: number) => Uint8Array): string {
  let text = '';
  while (text.length < length) {
    // All at once: a call of its own for each character is most of what an id costs.
    for (const byte of draw(2 * length)) {
      if (byte < FAIR && text.length < length) text += ALPHABET[byte % ALPHABET.length] ?? '';
    }
  }
  return text;
}

function fromPool(size: number): Uint8Array {
  if (used + size > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.subarray(used, (used += size));
}
