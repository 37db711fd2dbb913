import { Injectable } from '@nestjs/common';
import { EncryptionConfig } from '../../config/encryption.config';
import { isSealed, readSealed, writeSealed } from './sealed-text';
import { EncryptionKey } from './encryption-key';

/**
 * Encrypts TOTP secrets for storage with the first of `TOTP_ENCRYPTION_KEYS` and decrypts with any of them. Plain
 * secrets are read as they are; without keys, new ones are stored plain.
 */
@Injectable()
export class TotpSecretCipher {
  private readonly keys: readonly EncryptionKey[];

  constructor({ totpKeys }: EncryptionConfig) {
    this.keys = totpKeys.map((hex) => new EncryptionKey(hex));
  }

  get hasKeys(): boolean {
    return this.keys.length > 0;
  }

  encrypt(userId: string, secret: string): string {
    const [key] = this.keys;
    return key ? writeSealed(key.encrypt(userId, secret)) : secret;
  }

  /** Undefined if the secret is sealed and cannot be decrypted; no code may be right then. */
  decrypt(userId: string, stored: string): string | undefined {
    if (!isSealed(stored)) return stored;
    const text = readSealed(stored);
    return text && this.keyOf(text.keyId)?.decrypt(userId, text);
  }

  /** Whether it was encrypted with the first key. Does not tell whether it can be decrypted. */
  isUpToDate(stored: string): boolean {
    const keyId = readSealed(stored)?.keyId;
    return keyId !== undefined && keyId === this.keys[0]?.id;
  }

  /** Why `decrypt` returned undefined, for the operator. Contains no secret. */
  explainFailure(stored: string): string {
    const keyId = readSealed(stored)?.keyId;
    if (keyId === undefined) return 'this version does not know its format';
    return this.keyOf(keyId)
      ? 'it was altered, or encrypted for another user'
      : `TOTP_ENCRYPTION_KEYS lacks its key, ${keyId}`;
  }

  private keyOf(keyId: string): EncryptionKey | undefined {
    return this.keys.find(({ id }) => id === keyId);
  }
}
