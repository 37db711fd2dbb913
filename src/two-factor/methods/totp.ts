import {
  createGuardrails,
  generateSecret,
  generateSync,
  generateURI,
  ScureBase32Plugin,
  verifySync,
} from 'otplib';

/** RFC 6238 §5.2: the time step X, in seconds. */
export const STEP_SECONDS = 30;
/** How far a clock may be off, in steps (RFC 6238 §5.2, contract §4). */
export const ACCEPTED_STEPS: readonly number[] = [-1, 0, 1];
/** Workspaces hold secrets of all lengths, from many tools: also of other ones than the library lets pass unasked. */
const guardrails = createGuardrails({
  MIN_SECRET_BYTES: 1,
  MAX_SECRET_BYTES: Number.MAX_SAFE_INTEGER,
});

/** RFC 4226 §4, R6: as long as the output of SHA-1. */
const SECRET_BYTES = 20;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const base32 = new ScureBase32Plugin();

/**
 * The time step for which `code` is right, within one step of `now`; undefined when it is wrong for all three, or when
 * the secret cannot be read (then no code is right).
 * @param code six ASCII digits; anything else is wrong
 */
export function findTimeStep(secret: string, code: string, now: Date): number | undefined {
  const bytes = readSecret(secret);
  if (bytes === undefined || !/^[0-9]{6}$/.test(code)) return undefined;
  // Each step is judged, also behind the right one: all codes take the same work.
  const results = ACCEPTED_STEPS.map((step) =>
    verifySync({
      secret: bytes,
      token: code,
      epoch: Math.max(0, now.getTime() / 1000 + step * STEP_SECONDS),
      period: STEP_SECONDS,
      guardrails,
    }),
  );
  const right = results.find(({ valid }) => valid);
  return right && 'timeStep' in right ? right.timeStep : undefined;
}

/**
 * The code that an authenticator shows at `now`.
 * @throws Error when the secret is not base32, or is shorter than a byte
 */
export function totpCode(secret: string, now: Date): string {
  const bytes = readSecret(secret);
  if (bytes === undefined) throw new Error('A TOTP secret is base32 of at least one byte.');
  return generateSync({
    secret: bytes,
    epoch: now.getTime() / 1000,
    period: STEP_SECONDS,
    guardrails,
  });
}

/** A new secret, in base32. */
export function newTotpSecret(): string {
  return generateSecret({ length: SECRET_BYTES });
}

/**
 * What an authenticator reads from a QR code (Key URI format).
 * @param issuer who asks for the codes
 * @param account whose codes they are
 */
export function totpAddress(secret: string, issuer: string, account: string): string {
  return generateURI({ secret, issuer, label: account });
}

/**
 * Stored secrets come from many tools: in lower case, in groups, padded, or with a last character that holds bits
 * beyond the last whole byte. Authenticators ignore all that, so it is put into the one form that strict base32
 * (RFC 4648 §6) takes. Read once, and in time that grows with its length alone: it may be of any.
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
