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
 * Codes by e-mail, for users who have enabled them and have a verified address (contract §4: Rocket.Chat enables them
 * for every new user). Required even without a mail server: a password alone never suffices.
 */
@Injectable()
export class EmailMethod implements SecondFactorMethod {
  readonly name = 'email';
  readonly verifiesAs: string = 'email';
  protected readonly use: EmailCodeUse = 'factor';

  constructor(
    protected readonly emailCodes: EmailCodesService,
    private readonly codes: EmailCodeRepository,
    private readonly hasher: BcryptHasher,
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

  /** Compares with both codes at once, or with a dummy hash, so that timing does not tell them apart. */
  async verify({ id }: FactorOwner, code: string, now: Date): Promise<Verdict> {
    const taken = await this.codes.takeTry(id, this.use, now);
    // Users copy spaces and dashes along, and Rocket.Chat's mails have one in the middle.
    const typed = code.replace(/\D/g, '');
    const owner = `user:${id}`;
    const [isRight, isReplaced] = await Promise.all([
      this.hasher.verify(typed, taken?.code, owner),
      taken?.replaced !== undefined && this.hasher.verify(typed, taken.replaced, owner),
    ]);
    if (!taken) return undefined;
    if (isRight) return { kind: 'email', hash: taken.code, use: this.use };
    const isNoGuess = isReplaced && (await this.codes.refundTry(id, taken));
    return isNoGuess ? { kind: 'no-guess' } : undefined;
  }
}
