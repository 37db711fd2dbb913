import { Injectable } from '@nestjs/common';
import { TokenOwner } from '../../users/users.service';
import { findBackupCode } from '../backup-codes';
import { findTimeStep } from '../totp';
import { Proof, SecondFactorMethod } from './second-factor.method';

/** Time-based one-time passwords (RFC 6238); a backup code may stand in for one (contract §4). */
@Injectable()
export class TotpMethod implements SecondFactorMethod {
  readonly name = 'totp';
  readonly isCostly = false;

  isEnabled({ totp }: TokenOwner['services']): boolean {
    return totp?.enabled === true;
  }

  judge(services: TokenOwner['services'], code: string, now: Date): Promise<Proof | undefined> {
    const { secret, hashedBackup } = services.totp ?? {};
    if (!this.isEnabled(services) || typeof secret !== 'string') return Promise.resolve(undefined);
    const timeStep = findTimeStep(secret, code, now);
    if (timeStep !== undefined) return Promise.resolve({ timeStep });
    const backupHash = findBackupCode(hashedBackup, code);
    return Promise.resolve(backupHash === undefined ? undefined : { backupHash });
  }
}
