import { Injectable } from '@nestjs/common';
import { EncryptionConfig } from '../../config/encryption.config';
import { isSealed, readSealed, writeSealed } from './sealed-text';
import { EncryptionKey } from './encryption-key';

/**
 * TOTP secrets as they are stored: sealed with the first of `TOTP_ENCRYPTION_KEYS` and opened with any of them. Plain
 * ones are what they are; without keys, so are new ones.
 */
@Injectable()
export class TotpSecretCipher {
  private readonly keys: readonly EncryptionKey[];

  constructor({ totpKeys }: EncryptionConfig) {
    this.keys = totpKeys.map((hex) => new EncryptionKey(hex));
  }

  /** Whether there is any key. */
  get hasKeys(): boolean {
    return this.keys.length > 0;
  }

  /** The text to store for a secret of this user. */
  encrypt(userId: string, secret: string): string {
    const [key] = this.keys;
    return key ? writeSealed(key.encrypt(userId, secret)) : secret;
  }

  /** The secret of this user; undefined when it is sealed and cannot be opened: then no code may be right. */
  decrypt(userId: string, stored: string): string | undefined {
    if (!isSealed(stored)) return stored;
    const text = readSealed(stored);
    return text && this.keyOf(text.keyId)?.decrypt(userId, text);
  }

  /** Whether it was sealed with the key that seals now. Says nothing about whether it opens. */
  isUpToDate(stored: string): boolean {
    const keyId = readSealed(stored)?.keyId;
    return keyId !== undefined && keyId === this.keys[0]?.id;
  }

  /** Why `open` gives nothing, for whoever runs the service. There is no secret in it. */
  explainFailure(stored: string): string {
    const keyId = readSealed(stored)?.keyId;
    if (keyId === undefined) return 'it has no form that this version knows';
    return this.keyOf(keyId)
      ? 'it was changed, or sealed for another user'
      : `TOTP_ENCRYPTION_KEYS lacks its key, ${keyId}`;
  }

  private keyOf(keyId: string): EncryptionKey | undefined {
    return this.keys.find(({ id }) => id === keyId);
  }
}
