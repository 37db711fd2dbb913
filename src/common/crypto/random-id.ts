import { randomInt } from 'node:crypto';

/** Without the characters that people mistake for each other; the alphabet of the workspace's own ids. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz';
const LENGTH = 17;

/** A new id in the form of the workspace's own: about 98 random bits. */
export function randomId(): string {
  return randomText(LENGTH);
}

/** Random characters that people can read to each other; each holds almost six random bits. */
export function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
