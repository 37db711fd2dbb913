import { createHash } from 'node:crypto';
import { texts } from '../common/texts';
import { randomText } from '../common/random-id';

/** How many a user gets at once, and how long each is (contract §4 and §5). */
const COUNT = 12;
const LENGTH = 8;

/** What a backup code can look like, whichever program made it. A TOTP code never does: it has six digits. */
const BACKUP_CODE = /^[0-9A-Za-z]{8}$/;

/** New backup codes of about 46 random bits each: no two are the same. To be shown once, and stored as hashes only. */
export function newBackupCodes(): string[] {
  const codes = new Set<string>();
  while (codes.size < COUNT) codes.add(randomText(LENGTH));
  return [...codes];
}

/** The form in which the workspace stores a backup code: hex of its SHA-256 (contract §2). Case matters. */
export function hashBackupCode(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}

/** The stored hash of `code`, or undefined when it is none of the codes that are left. */
export function findBackupCode(hashedBackup: unknown, code: string): string | undefined {
  if (!BACKUP_CODE.test(code)) return undefined;
  const hash = hashBackupCode(code);
  return texts(hashedBackup).find((stored) => stored === hash);
}
