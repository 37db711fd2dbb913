import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  KeyObject,
  randomBytes,
} from 'node:crypto';
import { SealedText, VERSION } from './sealed-text';

/** NIST SP 800-38D §8.2.2: random nonces of 96 bits are safe for 2^32 encryptions with one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';
const CODE_PURPOSE = 'backup-code';
const LENGTHS = { authTagLength: TAG_BYTES };

/** An AES-256-GCM key and an HMAC key derived from it. Both bind their output to one user. */
export class EncryptionKey {
  /** Identifies the key without revealing it. */
  readonly id: string;
  private readonly key: KeyObject;
  /** NIST SP 800-57 §5.2: one purpose per key. Derived by HKDF (RFC 5869). */
  private readonly codeKey: KeyObject;

  constructor(hex: string) {
    const bytes = Buffer.from(hex, 'hex');
    this.id = createHash('sha256')
      .update('totp sealing key:')
      .update(bytes)
      .digest('hex')
      .slice(0, 8);
    this.key = createSecretKey(bytes);
    this.codeKey = createSecretKey(Buffer.from(hkdfSync('sha256', bytes, '', CODE_PURPOSE, 32)));
  }

  encrypt(userId: string, secret: string): SealedText {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, nonce, LENGTHS);
    cipher.setAAD(this.boundTo(userId));
    const sealed = Buffer.concat([
      cipher.update(secret, 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    return { keyId: this.id, nonce, sealed };
  }

  /** Undefined if the text was altered, or encrypted for another user or with another key. */
  decrypt(userId: string, { nonce, sealed }: SealedText): string | undefined {
    const decipher = createDecipheriv(ALGORITHM, this.key, nonce, LENGTHS);
    decipher.setAAD(this.boundTo(userId));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const opened = decipher.update(sealed.subarray(0, -TAG_BYTES));
    try {
      return Buffer.concat([opened, decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }

  /** HMAC-SHA-256 of this user's backup code, in base64url: 43 characters. */
  hashCode(userId: string, code: string): string {
    const bound = JSON.stringify([CODE_PURPOSE, VERSION, this.id, userId, code]);
    return createHmac('sha256', this.codeKey).update(bound).digest('base64url');
  }

  /** The additional authenticated data; JSON separates its parts unambiguously. */
  private boundTo(userId: string): Buffer {
    return Buffer.from(JSON.stringify(['totp-secret', VERSION, this.id, userId]));
  }
}
