/** A sealed secret, taken apart. */
export interface SealedText {
  /** Which key sealed it. */
  keyId: string;
  nonce: Buffer;
  /** What AES-GCM made of the secret, with the tag behind it. */
  sealed: Buffer;
}

export const VERSION = 'v1';

/** What every version begins with. Base32 knows no dot, so no plain secret looks like it, and no authenticator takes it. */
const MARK = 'sealed.';
/** The nonce of 12 bytes, and at least the tag of 16, in base64url. */
const FORM = /^sealed\.v1\.([0-9a-f]{8})\.([\w-]{16})\.([\w-]{22,})$/;

/** Whether a stored secret is a sealed one, readable or not. */
export function isSealed(stored: string): boolean {
  return stored.startsWith(MARK);
}

export function writeSealed({ keyId, nonce, sealed }: SealedText): string {
  return (
    MARK + [VERSION, keyId, nonce.toString('base64url'), sealed.toString('base64url')].join('.')
  );
}

/** Undefined for anything that `writeSealed` has not written: each secret and nonce has one spelling. */
export function readSealed(stored: string): SealedText | undefined {
  const [, keyId, nonce, sealed] = FORM.exec(stored) ?? [];
  if (keyId === undefined || nonce === undefined || sealed === undefined) return undefined;
  const text = {
    keyId,
    nonce: Buffer.from(nonce, 'base64url'),
    sealed: Buffer.from(sealed, 'base64url'),
  };
  return writeSealed(text) === stored ? text : undefined;
}
