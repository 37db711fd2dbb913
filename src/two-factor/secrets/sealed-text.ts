export interface SealedText {
  keyId: string;
  nonce: Buffer;
  /** The AES-GCM ciphertext followed by its tag. */
  sealed: Buffer;
}

export const VERSION = 'v1';

/** Base32 has no dot: no plain secret starts like this, and no authenticator accepts a sealed one. */
const MARK = 'sealed.';
/** In base64url: a nonce of 12 bytes, and at least the tag of 16. */
const FORM = /^sealed\.v1\.([0-9a-f]{8})\.([\w-]{16})\.([\w-]{22,})$/;

/** Whether a stored secret is sealed, readable or not. */
export function isSealed(stored: string): boolean {
  return stored.startsWith(MARK);
}

export function writeSealed({ keyId, nonce, sealed }: SealedText): string {
  return (
    MARK + [VERSION, keyId, nonce.toString('base64url'), sealed.toString('base64url')].join('.')
  );
}

/** Undefined for text that `writeSealed` does not produce: each secret and nonce has one spelling. */
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
