import { randomInt } from 'node:crypto';

/** Without the characters that people mistake for each other; the alphabet of the workspace's own ids. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz';
const LENGTH = 17;

/** A new id in the form of the workspace's own: about 98 random bits. */
export function randomId(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
