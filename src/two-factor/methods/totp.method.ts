import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { findBackupCode } from '../backup-codes';
import { findTimeStep, newTotpSecret } from '../totp';
import { FactorOwner, Proof, SecondFactorMethod } from './second-factor.method';

/** Time-based one-time passwords (RFC 6238); a backup code may stand in for one (contract §4). */
@Injectable()
export class TotpMethod implements SecondFactorMethod {
  readonly name = 'totp';
  readonly isCostly = false;
  /** Codes of users without the factor are judged by it: the same work, and it is never right. */
  private readonly nobodysSecret = newTotpSecret();

  isEnabled({ totp }: FactorOwner['services']): boolean {
    return totp?.enabled === true;
  }

  judge({ services }: FactorOwner, code: string, now: Date): Promise<Proof | undefined> {
    const { secret, hashedBackup } = services.totp ?? {};
    const isEnabled = this.isEnabled(services) && typeof secret === 'string';
    const timeStep = findTimeStep(isEnabled ? secret : this.nobodysSecret, code, now);
    const hash = findBackupCode(hashedBackup, code);
    const secretHash = hashSecret(secret ?? this.nobodysSecret);
    if (!isEnabled) return Promise.resolve(undefined);
    if (timeStep !== undefined) return Promise.resolve({ kind: 'totp', timeStep, secretHash });
    return Promise.resolve(hash === undefined ? undefined : { kind: 'backup', hash });
  }
}

function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
