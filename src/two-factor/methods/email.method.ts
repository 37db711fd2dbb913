import { Injectable } from '@nestjs/common';
import { PasswordChecker } from '../../auth/password-checker';
import { StoredEmailCodeService } from '../../users/stored-email-code.service';
import { EmailChallenge, EmailCodesService } from '../email-codes/email-codes.service';
import { readTypedCode } from '../typed-code';
import { FactorOwner, Proof, SecondFactorMethod } from './second-factor.method';

/**
 * Codes by e-mail. Who has chosen them is asked for them also where none can be sent: nobody is let in by password
 * alone.
 */
@Injectable()
export class EmailMethod implements SecondFactorMethod {
  readonly name = 'email';

  constructor(
    private readonly emailCodes: EmailCodesService,
    private readonly stored: StoredEmailCodeService,
    private readonly hashes: PasswordChecker,
  ) {}

  isEnabled({ email2fa }: FactorOwner['services']): boolean {
    return email2fa?.enabled === true;
  }

  challenge({ id }: FactorOwner): Promise<EmailChallenge> {
    return this.emailCodes.challenge(id);
  }

  read(typed: string): string {
    return readTypedCode(typed);
  }

  /** Counts the try first. Where there is nothing to compare with, the comparison takes as long. */
  async judge({ id }: FactorOwner, code: string, now: Date): Promise<Proof | undefined> {
    const hash = await this.stored.takeTry(id, now);
    // People copy codes with spaces and dashes, and the original's mails have one in the middle.
    const isRight = await this.hashes.matches(code.replace(/\D/g, ''), hash);
    return hash !== undefined && isRight ? { kind: 'email', hash } : undefined;
  }
}
