import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { stringArray } from '../../common/validation/string-array';
import { randomString } from '../../common/crypto/random-id';
import { BackupCodeHasher } from './backup-code.hasher';
import { UnreadableSecretLog } from './unreadable-secret.log';

/** How many backup codes a user gets at once (contract §5). */
export const BACKUP_CODE_COUNT = 12;
/** How many characters each of them has (contract §4). */
const LENGTH = 8;

/** What a backup code can look like, whichever program made it. A TOTP code never does: it has six digits. */
const BACKUP_CODE = new RegExp(`^[0-9A-Za-z]{${LENGTH}}$`);

/** New backup codes of about 46 random bits each: no two are the same. To be shown once, and stored as hashes only. */
export function newBackupCodes(): string[] {
  const codes = new Set<string>();
  while (codes.size < BACKUP_CODE_COUNT) codes.add(randomString(LENGTH));
  return [...codes];
}

/** The backup codes that are left of a user, by their stored hashes. What is stored was written by other programs. */
@Injectable()
export class BackupCodes {
  constructor(
    private readonly hasher: BackupCodeHasher,
    private readonly alarm: UnreadableSecretLog,
  ) {}

  /** The form in which a new code of this user is stored. */
  hash(userId: string, code: string): string {
    return this.hasher.hash(userId, code);
  }

  /** The stored hash of `code`, or undefined when it is none of the codes that are left. */
  find(userId: string, hashedBackup: unknown, code: string): string | undefined {
    if (!BACKUP_CODE.test(code)) return undefined;
    const forms = this.hasher.forms(userId, code).map((form) => Buffer.from(form));
    const left = stringArray(hashedBackup);
    // Each is compared with each, also behind the right one: all codes take the same work.
    const [found] = left.filter((stored) => isAmong(forms, Buffer.from(stored)));
    if (found === undefined) this.tellOfMissingKey(userId, left);
    return found;
  }

  /** How many of those that are left can be used: without its key, no code is right. */
  countLeft(hashedBackup: unknown): number {
    return stringArray(hashedBackup).filter((stored) => this.hasher.canVerify(stored)).length;
  }

  private tellOfMissingKey(userId: string, left: string[]): void {
    const dead = left.find((stored) => !this.hasher.canVerify(stored));
    if (dead !== undefined) this.alarm.warnOfBackupCodes(userId, this.hasher.keyOf(dead));
  }
}

function isAmong(forms: Buffer[], stored: Buffer): boolean {
  const equal = forms.filter(
    (form) => form.length === stored.length && timingSafeEqual(form, stored),
  );
  return equal.length > 0;
}
