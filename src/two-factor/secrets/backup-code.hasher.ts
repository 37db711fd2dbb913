import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EncryptionConfig } from '../../config/encryption.config';
import { EncryptionKey } from './encryption-key';

/** No plain hash looks like it: those are hex digits, which know neither this nor a dot. */
const MARK = 'hmac.';
const VERSION = 'v1';
const FORM = /^hmac\.v1\.([0-9a-f]{8})\.[\w-]{43}$/;

/**
 * Backup codes as they are stored. A plain hash of one (the original's) can be tried for all 55^8 of them by whoever has
 * read it. With keys it is an HMAC under the first of `TOTP_ENCRYPTION_KEYS`, bound to the user, and says nothing without
 * the key (docs/adr/0017). Both forms are judged side by side.
 */
@Injectable()
export class BackupCodeHasher {
  private readonly keys: readonly EncryptionKey[];

  constructor({ totpKeys }: EncryptionConfig) {
    this.keys = totpKeys.map((hex) => new EncryptionKey(hex));
  }

  /** The text to store for a new code of this user. */
  hash(userId: string, code: string): string {
    const [key] = this.keys;
    return key ? keyed(key, userId, code) : plain(code);
  }

  /** Every text that may be stored for this code: the same work for a code that is wrong. */
  forms(userId: string, code: string): string[] {
    return [plain(code), ...this.keys.map((key) => keyed(key, userId, code))];
  }

  /** Whether a code with this stored hash can be told from a wrong one: its key is given, or it needs none. */
  canVerify(stored: string): boolean {
    if (!stored.startsWith(MARK)) return true;
    const keyId = this.keyOf(stored);
    return this.keys.some(({ id }) => id === keyId);
  }

  /** The name of the key that a stored hash is bound to, given or not; undefined for one that needs none. */
  keyOf(stored: string): string | undefined {
    return FORM.exec(stored)?.[1];
  }

  /** Whether this is the key that new codes are bound to. */
  isFirst(keyId: string): boolean {
    return this.keys[0]?.id === keyId;
  }
}

/** The form in which the workspace stores a backup code: hex of its SHA-256 (contract §2). Case matters. */
function plain(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}

function keyed(key: EncryptionKey, userId: string, code: string): string {
  return MARK + [VERSION, key.id, key.hashCode(userId, code)].join('.');
}
