import { Injectable } from '@nestjs/common';
import { OperatorError } from '../../common/errors/operator-error';
import {
  RewrittenSecret,
  StoredSecret,
  TotpSecretsRepository,
} from '../../workspace-data/users/totp-secrets.repository';
import { BackupCodeHasher } from '../../two-factor/secrets/backup-code.hasher';
import { isSealed } from '../../two-factor/secrets/sealed-text';
import { TotpSecretCipher } from '../../two-factor/secrets/totp-secret.cipher';

/** The wanted form of the stored secrets. `sealed` leaves plain ones alone. */
export type RotationGoal = 'sealed' | 'all-sealed' | 'all-plain';

export interface RotationCounts {
  users: number;
  /** Already as wanted; for `sealed`, without the plain ones. */
  right: number;
  /** Rewritten, or to be rewritten. */
  changed: number;
  plain: number;
  unreadable: number;
  /** Changed by another program between the read and the write. */
  overtaken: number;
  /** By the id of their key. Only their users can replace them. */
  codes: Map<string, CodesOfKey>;
}

/** Backup codes that are bound to one key. */
export interface CodesOfKey {
  codes: number;
  users: number;
  /** `first`: the key that seals now. `given`: another key in TOTP_ENCRYPTION_KEYS. */
  key: 'first' | 'given' | 'missing';
}

export interface RotationOptions {
  goal: RotationGoal;
  /** Without it, the rotation only counts. */
  apply: boolean;
  /** Takes a line for each unreadable secret, and progress. */
  print: (line: string) => void;
}

type Assessment = 'right' | 'plain' | 'unreadable' | { replacement: string };

/** In users. */
const PROGRESS = 10_000;

/**
 * Converts the stored secrets of all users to one form. Each user is one atomic statement, on condition that nothing
 * has changed since the read, so it may run beside the service, and be interrupted and repeated.
 */
@Injectable()
export class SecretRotation {
  constructor(
    private readonly secrets: TotpSecretsRepository,
    private readonly cipher: TotpSecretCipher,
    private readonly hasher: BackupCodeHasher,
  ) {}

  /** @throws OperatorError without keys */
  async run({ goal, apply, print }: RotationOptions): Promise<RotationCounts> {
    if (!this.cipher.hasKeys) {
      throw new OperatorError('TOTP_ENCRYPTION_KEYS is not set: reseal needs a key.');
    }
    const counts = { users: 0, right: 0, changed: 0, plain: 0, unreadable: 0, overtaken: 0 };
    const codes = new Map<string, CodesOfKey>();
    for await (const { id, secrets, hashedBackup } of this.secrets.all()) {
      this.countCodes(hashedBackup, codes);
      const changes: RewrittenSecret[] = [];
      for (const secret of secrets) {
        const assessment = this.assess(id, secret.stored, goal);
        if (typeof assessment === 'object') changes.push({ ...secret, ...assessment });
        else counts[assessment] += 1;
        if (assessment === 'unreadable') print(this.describeUnreadable(id, secret));
      }
      const isDone = !apply || changes.length === 0 || (await this.secrets.rewrite(id, changes));
      counts[isDone ? 'changed' : 'overtaken'] += changes.length;
      counts.users += 1;
      if (counts.users % PROGRESS === 0) print(`${counts.users} users so far`);
    }
    return { ...counts, codes };
  }

  /** Only users know their codes, so the command cannot rebind a hash to another key. */
  private countCodes(hashedBackup: string[], codes: Map<string, CodesOfKey>): void {
    const seen = new Set<CodesOfKey>();
    for (const stored of hashedBackup) {
      const keyId = this.hasher.keyOf(stored);
      if (keyId === undefined) continue;
      const given = this.hasher.canVerify(stored) ? 'given' : 'missing';
      const key = this.hasher.isFirst(keyId) ? 'first' : given;
      const ofKey = codes.get(keyId) ?? { codes: 0, users: 0, key };
      ofKey.codes += 1;
      if (!seen.has(ofKey)) ofKey.users += 1;
      seen.add(ofKey);
      codes.set(keyId, ofKey);
    }
  }

  private assess(userId: string, stored: string, goal: RotationGoal): Assessment {
    if (!isSealed(stored)) {
      if (goal === 'all-sealed') return { replacement: this.cipher.encrypt(userId, stored) };
      return goal === 'sealed' ? 'plain' : 'right';
    }
    const secret = this.cipher.decrypt(userId, stored);
    if (secret === undefined) return 'unreadable';
    if (goal === 'all-plain') return { replacement: secret };
    return this.cipher.isUpToDate(stored)
      ? 'right'
      : { replacement: this.cipher.encrypt(userId, secret) };
  }

  private describeUnreadable(userId: string, { field, stored }: StoredSecret): string {
    return `The ${field} of user ${JSON.stringify(userId)} cannot be opened: ${this.cipher.explainFailure(stored)}.`;
  }
}
