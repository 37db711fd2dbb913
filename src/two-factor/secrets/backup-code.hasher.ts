import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EncryptionConfig } from '../../config/encryption.config';
import { EncryptionKey } from './encryption-key';

/** Plain hashes are hex digits, so none starts like this. */
const MARK = 'hmac.';
const VERSION = 'v1';
const FORM = /^hmac\.v1\.([0-9a-f]{8})\.[\w-]{43}$/;

/**
 * Hashes backup codes for storage. An attacker who reads a plain hash (Rocket.Chat's) can try all 55^8 codes; with keys
 * it is an HMAC with the first of `TOTP_ENCRYPTION_KEYS`, bound to the user (docs/adr/0017). Both forms are accepted.
 */
@Injectable()
export class BackupCodeHasher {
  private readonly keys: readonly EncryptionKey[];

  constructor({ totpKeys }: EncryptionConfig) {
    this.keys = totpKeys.map((hex) => new EncryptionKey(hex));
  }

  hash(userId: string, code: string): string {
    const [key] = this.keys;
    return key ? keyed(key, userId, code) : plain(code);
  }

  /** Every text that may be stored for this code; right and wrong codes take the same work. */
  forms(userId: string, code: string): string[] {
    return [plain(code), ...this.keys.map((key) => keyed(key, userId, code))];
  }

  /** Whether the key of this stored hash is configured, or it needs none. */
  canVerify(stored: string): boolean {
    if (!stored.startsWith(MARK)) return true;
    const keyId = this.keyOf(stored);
    return this.keys.some(({ id }) => id === keyId);
  }

  /** The id of the key of a stored hash, configured or not; undefined if it has none or an unknown format. */
  keyOf(stored: string): string | undefined {
    return FORM.exec(stored)?.[1];
  }

  isFirst(keyId: string): boolean {
    return this.keys[0]?.id === keyId;
  }
}

/** Rocket.Chat's form: the hex SHA-256 (contract §2). Case matters. */
function plain(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}

function keyed(key: EncryptionKey, userId: string, code: string): string {
  return MARK + [VERSION, key.id, key.hashCode(userId, code)].join('.');
}
