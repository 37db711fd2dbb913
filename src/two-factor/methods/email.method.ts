import { Injectable } from '@nestjs/common';
import { FactorOwner, SecondFactorMethod } from './second-factor.method';

/**
 * Codes by e-mail. This service knows who relies on them, so that nobody who chose them is let in by password alone;
 * it does not send any yet, so no code is right.
 */
@Injectable()
export class EmailMethod implements SecondFactorMethod {
  readonly name = 'email';
  readonly isCostly = false;

  isEnabled({ email2fa }: FactorOwner['services']): boolean {
    return email2fa?.enabled === true;
  }

  judge(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
