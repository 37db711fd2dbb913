import { randomInt } from 'node:crypto';

/** Rocket.Chat's alphabet for ids, without characters that people confuse. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz';
const LENGTH = 17;

/** A new id in Rocket.Chat's form: about 98 random bits. */
export function randomId(): string {
  return randomString(LENGTH);
}

/** Almost six random bits per character. */
export function randomString(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
