import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BcryptQueue } from './bcrypt.queue';

/**
 * Other strings make bcrypt return at once, which would be visible in the timing. Of more than 2^15 rounds (seconds), one
 * login would occupy a thread for minutes or days.
 */
const BCRYPT_HASH = /^\$2[ab]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/;

/** The hash of a discarded random password, as expensive as a workspace's (2^10 rounds, contract §2). */
export const DUMMY_HASH = '$2b$10$R7bUtlwkdHQ.bbzbIHPDhuyKQWqiiRM0q/UwZbwJUbKNBuRAi..oe';

const SHA256_HEX = /^[0-9a-f]{64}$/i;

/** The input of bcrypt: lower-case hex SHA-256 (contract §2). */
export function digestPassword(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}

/** What `digestPassword` returns, as a client sends it in place of the password; undefined if the text is no such digest. */
export function readDigest(text: string): string | undefined {
  return SHA256_HEX.test(text) ? text.toLowerCase() : undefined;
}

@Injectable()
export class BcryptHasher {
  constructor(private readonly bcrypt: BcryptQueue) {}

  /**
   * Without a readable stored hash it compares with `DUMMY_HASH`, so timing does not reveal whether a user or password
   * exists.
   * @throws ApiError too-many-requests or overloaded; nothing was compared then
   */
  async verify(digest: string, stored: string | undefined, owner: string): Promise<boolean> {
    const isReadable = typeof stored === 'string' && BCRYPT_HASH.test(stored);
    const isEqual = await this.bcrypt.compare(digest, isReadable ? stored : DUMMY_HASH, owner);
    return isReadable && isEqual;
  }
}
