import { Injectable } from '@nestjs/common';
import { TokenOwner } from '../../users/users.service';
import { findTimeStep } from '../totp';
import { Proof, SecondFactorMethod } from './second-factor.method';

/** Time-based one-time passwords (RFC 6238). */
@Injectable()
export class TotpMethod implements SecondFactorMethod {
  readonly name = 'totp';
  readonly isCostly = false;

  isEnabled({ totp }: TokenOwner['services']): boolean {
    return totp?.enabled === true;
  }

  judge(services: TokenOwner['services'], code: string, now: Date): Promise<Proof | undefined> {
    const secret = services.totp?.secret;
    if (!this.isEnabled(services) || typeof secret !== 'string') return Promise.resolve(undefined);
    const timeStep = findTimeStep(secret, code, now);
    return Promise.resolve(timeStep === undefined ? undefined : { timeStep });
  }
}
