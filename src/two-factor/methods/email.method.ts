import { Injectable } from '@nestjs/common';
import { BcryptHasher } from '../../auth/bcrypt.hasher';
import {
  EmailCodeUse,
  EmailCodeRepository,
} from '../../workspace-data/users/email-code.repository';
import { EmailChallenge, EmailCodesService } from '../email-codes/email-codes.service';
import { readTypedCode } from './typed-code';
import { FactorOwner, SecondFactorMethod, Verdict } from './second-factor.method';

/**
 * Codes by e-mail. They are a factor of whoever has chosen them and has a verified address (contract §4: the original
 * marks every new user). Who has both is asked for them also where there is no mail server: nobody is let in by password
 * alone.
 */
@Injectable()
export class EmailMethod implements SecondFactorMethod {
  readonly name = 'email';
  readonly verifiesAs: string = 'email';
  protected readonly use: EmailCodeUse = 'factor';

  constructor(
    protected readonly emailCodes: EmailCodesService,
    private readonly stored: EmailCodeRepository,
    private readonly hashes: BcryptHasher,
  ) {}

  isEnabled({ services: { email2fa }, hasVerifiedAddress }: FactorOwner): boolean {
    return email2fa?.enabled === true && hasVerifiedAddress;
  }

  challenge({ id }: FactorOwner): Promise<EmailChallenge> {
    return this.emailCodes.challenge(id, this.use);
  }

  read(typed: string): string {
    return readTypedCode(typed);
  }

  /**
   * Counts the try first. Where there is nothing to compare with, the comparison takes as long. Both codes are compared
   * at once, so that no clock tells which of them it was.
   */
  async verify({ id }: FactorOwner, code: string, now: Date): Promise<Verdict> {
    const taken = await this.stored.takeTry(id, this.use, now);
    // People copy codes with spaces and dashes, and the original's mails have one in the middle.
    const typed = code.replace(/\D/g, '');
    const owner = `user:${id}`;
    const [isRight, isReplaced] = await Promise.all([
      this.hashes.verify(typed, taken?.code, owner),
      taken?.replaced !== undefined && this.hashes.verify(typed, taken.replaced, owner),
    ]);
    if (!taken) return undefined;
    if (isRight) return { kind: 'email', hash: taken.code, use: this.use };
    const isNoGuess = isReplaced && (await this.stored.refundTry(id, taken));
    return isNoGuess ? { kind: 'no-guess' } : undefined;
  }
}
