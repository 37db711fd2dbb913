import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnreadableSecretLog } from '../secrets/unreadable-secret.log';
import { TotpSecretCipher } from '../secrets/totp-secret.cipher';
import { BackupCodes } from '../secrets/backup-codes.service';
import { findTimeStep, newTotpSecret } from './totp';
import { readTypedCode } from './typed-code';
import { FactorOwner, Proof, SecondFactorMethod } from './second-factor.method';

/** Time-based one-time passwords (RFC 6238), or backup codes in their place (contract §4). */
@Injectable()
export class TotpMethod implements SecondFactorMethod {
  readonly name = 'totp';
  /** Verifies the codes of users without TOTP: the same work, and never right. */
  private readonly dummySecret = newTotpSecret();

  constructor(
    private readonly cipher: TotpSecretCipher,
    private readonly unreadableSecrets: UnreadableSecretLog,
    private readonly backupCodes: BackupCodes,
  ) {}

  isEnabled({ services: { totp } }: FactorOwner): boolean {
    return totp?.enabled === true;
  }

  read(typed: string): string {
    return readTypedCode(typed);
  }

  verify(user: FactorOwner, code: string, now: Date): Promise<Proof | undefined> {
    const secret = this.decryptSecret(user);
    const timeStep = findTimeStep(secret ?? this.dummySecret, code, now);
    const hash = this.backupCodes.find(user.id, user.services.totp?.hashedBackup, code);
    const secretHash = hashSecret(secret ?? this.dummySecret);
    if (secret === undefined) return Promise.resolve(undefined);
    if (timeStep !== undefined) return Promise.resolve({ kind: 'totp', timeStep, secretHash });
    return Promise.resolve(hash === undefined ? undefined : { kind: 'backup', hash });
  }

  /** Undefined also if it cannot be decrypted. Backup codes are wrong then: a missing key must not use them up. */
  private decryptSecret(user: FactorOwner): string | undefined {
    const { id, services } = user;
    const stored = services.totp?.secret;
    if (!this.isEnabled(user) || typeof stored !== 'string') return undefined;
    const secret = this.cipher.decrypt(id, stored);
    if (secret === undefined) this.unreadableSecrets.warnOfSecret(id, stored);
    return secret;
  }
}

function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
