import { createHmac, randomBytes } from 'node:crypto';
import {
  createGuardrails,
  type CryptoPlugin,
  generateSecret,
  generateSync,
  generateURI,
  ScureBase32Plugin,
} from 'otplib';
import { isSame } from '../../common/crypto/is-same';

/** RFC 6238 §5.2: the time step X, in seconds. */
export const STEP_SECONDS = 30;
/** How many steps a clock may be off (RFC 6238 §5.2, contract §4). */
export const ACCEPTED_STEPS: readonly number[] = [-1, 0, 1];
/** Other programs store secrets of lengths that the library rejects by default. */
const guardrails = createGuardrails({
  MIN_SECRET_BYTES: 1,
  MAX_SECRET_BYTES: Number.MAX_SAFE_INTEGER,
});

/** OpenSSL's HMAC: the library's own, in JavaScript, takes four times as long. */
const crypto: CryptoPlugin = {
  name: 'node',
  hmac: (algorithm, key, data) => createHmac(algorithm, key).update(data).digest(),
  randomBytes,
  constantTimeEqual: isSame,
};

/** RFC 4226 §4, R6: the length of a SHA-1 output. */
const SECRET_BYTES = 20;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const base32 = new ScureBase32Plugin();

/**
 * The time step, within one of `now`, for which `code` is right. An unreadable secret has no right code.
 * @param code six ASCII digits; anything else is wrong
 */
export function findTimeStep(secret: string, code: string, now: Date): number | undefined {
  const bytes = readSecret(secret);
  if (bytes === undefined || !/^[0-9]{6}$/.test(code)) return undefined;
  // Checks each step, even after a match, so that all codes take the same time.
  const [right] = ACCEPTED_STEPS.map((step) =>
    Math.max(0, now.getTime() / 1000 + step * STEP_SECONDS),
  ).filter((epoch) => isSame(code, codeAt(epoch, bytes)));
  return right === undefined ? undefined : Math.floor(right / STEP_SECONDS);
}

/** @throws Error if the secret is not base32 of at least one byte */
export function totpCode(secret: string, now: Date): string {
  const bytes = readSecret(secret);
  if (bytes === undefined) throw new Error('A TOTP secret is base32 of at least one byte.');
  return codeAt(now.getTime() / 1000, bytes);
}

/** @param epoch seconds since 1970, not negative */
function codeAt(epoch: number, secret: Uint8Array): string {
  return generateSync({ secret, epoch, period: STEP_SECONDS, guardrails, crypto });
}

export function newTotpSecret(): string {
  return generateSecret({ length: SECRET_BYTES });
}

/** The `otpauth:` URL of a QR code, for this service (`issuer`) and user (`account`). */
export function totpAddress(secret: string, issuer: string, account: string): string {
  return generateURI({ secret, issuer, label: account });
}

/**
 * Other programs store secrets in lower case, in groups, padded, or with surplus bits in the last character.
 * Authenticators accept these, so they are normalized for strict base32 (RFC 4648 §6), in linear time because a stored
 * secret may be long.
 */
function readSecret(stored: string): Uint8Array | undefined {
  const text = stored.replace(/[\s=-]/g, '').toUpperCase();
  if (/[^A-Z2-7]/.test(text)) return undefined;
  const bytes = Math.floor((text.length * 5) / 8);
  if (bytes < 1) return undefined;
  const length = Math.ceil((bytes * 8) / 5);
  const surplusBits = length * 5 - bytes * 8;
  const last = BASE32.indexOf(text.charAt(length - 1)) & ~((1 << surplusBits) - 1);
  return base32.decode(text.slice(0, length - 1) + BASE32.charAt(last));
}
