import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BcryptQueue } from './bcrypt.queue';

/** What bcrypt can read; anything else it refuses without doing the work. */
const BCRYPT_HASH = /^\$2[ab]\$\d\d\$[./A-Za-z0-9]{53}$/;

/** Of a random password that was thrown away; as costly as those of a workspace (2^10 rounds, contract §2). */
export const NOBODYS_HASH = '$2b$10$R7bUtlwkdHQ.bbzbIHPDhuyKQWqiiRM0q/UwZbwJUbKNBuRAi..oe';

/** The form in which a password goes into bcrypt: its lower-case hex SHA-256 (contract §2). */
export function digestPassword(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}

/** Compares passwords with what the workspace stores of them. */
@Injectable()
export class BcryptHasher {
  constructor(private readonly bcrypt: BcryptQueue) {}

  /**
   * Whether `digest` is that of the stored password. Where nothing readable is stored, a comparison with nobody's hash
   * takes the same time, so that the wait does not tell who exists and who has a password.
   * @param digest as `digestPassword` makes it
   * @param stored `services.password.bcrypt` of a user, if there is one
   * @param owner on whose account the work is, as for `BcryptQueue`
   * @throws ApiError too-many-requests or overloaded; then nothing has been compared
   */
  async verify(digest: string, stored: string | undefined, owner: string): Promise<boolean> {
    const isReadable = typeof stored === 'string' && BCRYPT_HASH.test(stored);
    const isEqual = await this.bcrypt.compare(digest, isReadable ? stored : NOBODYS_HASH, owner);
    return isReadable && isEqual;
  }
}
