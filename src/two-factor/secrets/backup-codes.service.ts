import { Injectable } from '@nestjs/common';
import { stringArray } from '../../common/validation/string-array';
import { isSame } from '../../common/crypto/is-same';
import { randomString } from '../../common/crypto/random-id';
import { BackupCodeHasher } from './backup-code.hasher';
import { UnreadableSecretLog } from './unreadable-secret.log';

/** How many a user gets at once (contract §5). */
export const BACKUP_CODE_COUNT = 12;
const LENGTH = 8;

/** What any program's backup codes look like. A TOTP code never does: it has six digits. */
const BACKUP_CODE = new RegExp(`^[0-9A-Za-z]{${LENGTH}}$`);

/** Distinct codes of about 46 random bits each. They are shown once; only their hashes are stored. */
export function newBackupCodes(): string[] {
  const codes = new Set<string>();
  while (codes.size < BACKUP_CODE_COUNT) codes.add(randomString(LENGTH));
  return [...codes];
}

@Injectable()
export class BackupCodes {
  constructor(
    private readonly hasher: BackupCodeHasher,
    private readonly unreadableSecrets: UnreadableSecretLog,
  ) {}

  hash(userId: string, code: string): string {
    return this.hasher.hash(userId, code);
  }

  /** The stored hash of `code`; undefined if it is not an unused code. */
  find(userId: string, hashedBackup: unknown, code: string): string | undefined {
    if (!BACKUP_CODE.test(code)) return undefined;
    const forms = this.hasher.forms(userId, code);
    const left = stringArray(hashedBackup);
    // Compares each with each, even after a match, so that all codes take the same time.
    const [found] = left.filter((stored) => isAmong(forms, stored));
    if (found === undefined) this.warnOfMissingKey(userId, left);
    return found;
  }

  /** How many unused codes can work: without its key, a code cannot. */
  countLeft(hashedBackup: unknown): number {
    return stringArray(hashedBackup).filter((stored) => this.hasher.canVerify(stored)).length;
  }

  private warnOfMissingKey(userId: string, left: string[]): void {
    const dead = left.find((stored) => !this.hasher.canVerify(stored));
    if (dead !== undefined)
      this.unreadableSecrets.warnOfBackupCodes(userId, this.hasher.keyOf(dead));
  }
}

function isAmong(forms: readonly string[], stored: string): boolean {
  return forms.filter((form) => isSame(form, stored)).length > 0;
}
