import { randomBytes } from 'node:crypto';

/** Rocket.Chat's alphabet for ids, without characters that people confuse. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz';
const LENGTH = 17;
/** Bytes from here on are drawn again, or the first characters of the alphabet would be likelier than the others. */
const FAIR = 256 - (256 % ALPHABET.length);

/** A new id in Rocket.Chat's form: about 98 random bits. */
export function randomId(): string {
  return randomString(LENGTH);
}

/** Almost six random bits per character. */
export function randomString(length: number): string {
  let text = '';
  while (text.length < length) {
    // All at once: a call of its own for each character is most of what an id costs.
    for (const byte of randomBytes(2 * length)) {
      if (byte < FAIR && text.length < length) text += ALPHABET[byte % ALPHABET.length] ?? '';
    }
  }
  return text;
}
