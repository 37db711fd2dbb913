import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnreadableSecretLog } from '../secrets/unreadable-secret.log';
import { TotpSecretCipher } from '../secrets/totp-secret.cipher';
import { BackupCodes } from '../secrets/backup-codes.service';
import { findTimeStep, newTotpSecret } from './totp';
import { readTypedCode } from './typed-code';
import { FactorOwner, Proof, SecondFactorMethod } from './second-factor.method';

/** Time-based one-time passwords (RFC 6238); a backup code may stand in for one (contract §4). */
@Injectable()
export class TotpMethod implements SecondFactorMethod {
  readonly name = 'totp';
  /** Codes of users without the factor are judged by it: the same work, and it is never right. */
  private readonly nobodysSecret = newTotpSecret();

  constructor(
    private readonly seal: TotpSecretCipher,
    private readonly alarm: UnreadableSecretLog,
    private readonly backupCodes: BackupCodes,
  ) {}

  isEnabled({ services: { totp } }: FactorOwner): boolean {
    return totp?.enabled === true;
  }

  read(typed: string): string {
    return readTypedCode(typed);
  }

  verify(user: FactorOwner, code: string, now: Date): Promise<Proof | undefined> {
    const secret = this.openSecret(user);
    const timeStep = findTimeStep(secret ?? this.nobodysSecret, code, now);
    const hash = this.backupCodes.find(user.id, user.services.totp?.hashedBackup, code);
    const secretHash = hashSecret(secret ?? this.nobodysSecret);
    if (secret === undefined) return Promise.resolve(undefined);
    if (timeStep !== undefined) return Promise.resolve({ kind: 'totp', timeStep, secretHash });
    return Promise.resolve(hash === undefined ? undefined : { kind: 'backup', hash });
  }

  /**
   * Undefined when there is none, and when it cannot be opened. Then a backup code is not right either: it would be used
   * up because somebody forgot a key.
   */
  private openSecret(user: FactorOwner): string | undefined {
    const { id, services } = user;
    const stored = services.totp?.secret;
    if (!this.isEnabled(user) || typeof stored !== 'string') return undefined;
    const secret = this.seal.decrypt(id, stored);
    if (secret === undefined) this.alarm.warnOfSecret(id, stored);
    return secret;
  }
}

function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
