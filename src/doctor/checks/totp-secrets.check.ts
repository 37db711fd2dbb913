import { BackupCodeHasher } from '../../two-factor/secrets/backup-code.hasher';
import { isSealed } from '../../two-factor/secrets/sealed-text';
import { TotpSecretCipher } from '../../two-factor/secrets/totp-secret.cipher';
import { TotpSecretsRepository } from '../../workspace-data/users/totp-secrets.repository';
import { Check } from '../check';
import { fail, Finding, ok, warn } from '../finding';

/** After this time the check stops and reports how far it came. */
const PATIENCE_MS = 20_000;

export interface SecretFacts {
  users: number;
  sealed: number;
  plain: number;
  /** Encrypted under a key that TOTP_ENCRYPTION_KEYS lacks. */
  unreadable: number;
  /** Users with backup codes under such a key. */
  lostCodes: number;
  hasKeys: boolean;
  isComplete: boolean;
}

export function assessSecrets(facts: SecretFacts): Finding {
  const { users, sealed, plain, unreadable, lostCodes } = facts;
  const found = `${users} users: ${sealed} encrypted TOTP secrets, ${plain} plain`;
  if (unreadable > 0) {
    return fail(
      `${found}; ${unreadable} of the encrypted ones cannot be decrypted, so their users are refused`,
      'Add the missing key to TOTP_ENCRYPTION_KEYS; npm run workspace -- reseal names it and the users.',
    );
  }
  if (lostCodes > 0) {
    return warn(
      `${found}; the backup codes of ${lostCodes} users need a key that TOTP_ENCRYPTION_KEYS lacks`,
      'Add that key, or ask these users to create new codes (users.regenerateTotpCodes).',
    );
  }
  if (!facts.isComplete) {
    return warn(
      `${found}, all readable; not all users were looked at in time`,
      'npm run workspace -- reseal looks at all of them.',
    );
  }
  return facts.hasKeys && plain > 0
    ? warn(
        `${found}, although there are keys`,
        'npm run workspace -- reseal --plain --apply encrypts them (docs/totp-encryption.md).',
      )
    : ok(`${found}, all readable`);
}

/** Looks for secrets without their key. Shows none of them. */
export const TOTP_SECRETS_CHECK: Check = {
  name: 'totp-secrets',
  run: async ({ context, clock }) => {
    const secretsOfAll = context.get(TotpSecretsRepository, { strict: false }).all();
    const cipher = context.get(TotpSecretCipher, { strict: false });
    const hasher = context.get(BackupCodeHasher, { strict: false });
    const until = clock.now().getTime() + PATIENCE_MS;
    const counts = { users: 0, sealed: 0, plain: 0, unreadable: 0, lostCodes: 0 };
    let isComplete = true;
    for await (const { id, secrets, hashedBackup } of secretsOfAll) {
      counts.users += 1;
      for (const { stored } of secrets) {
        counts[isSealed(stored) ? 'sealed' : 'plain'] += 1;
        if (cipher.decrypt(id, stored) === undefined) counts.unreadable += 1;
      }
      if (!hashedBackup.every((hash) => hasher.canVerify(hash))) counts.lostCodes += 1;
      isComplete = clock.now().getTime() < until;
      if (!isComplete) break;
    }
    return assessSecrets({ ...counts, hasKeys: cipher.hasKeys, isComplete });
  },
};
