import { Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors/api-error';
import { TokenOwner } from '../../workspace-data/users/users.repository';
import { isPersonalAccessToken } from '../../workspace-data/users/stored-token';
import { isFreshLogin } from './fresh-login';
import { EmailMethod } from './email.method';
import { MailboxMethod } from './mailbox.method';
import { PasswordMethod } from './password.method';
import { FactorOwner, SecondFactorMethod } from './second-factor.method';
import { TotpMethod } from './totp.method';
import { FRESH_LOGIN_REQUIRED, secondFactorRequired } from '../two-factor.problems';

/** Selects the method that a user must prove, and builds its challenge. */
@Injectable()
export class MethodSelector {
  private readonly strong: SecondFactorMethod[];

  constructor(
    private readonly totp: TotpMethod,
    email: EmailMethod,
    private readonly password: PasswordMethod,
    private readonly mailbox: MailboxMethod,
  ) {
    this.strong = [totp, email];
  }

  hasStrong(user: FactorOwner): boolean {
    return this.strong.some((method) => method.isEnabled(user));
  }

  hasAny(user: FactorOwner): boolean {
    return this.hasStrong(user) || this.password.isEnabled(user);
  }

  /**
   * The factor that the client names, or else the first that the user has enabled. A client cannot name the password,
   * which only replaces a missing factor. A user who has nothing is asked for a TOTP code, and every code is wrong.
   */
  select(user: FactorOwner, named: string | undefined): SecondFactorMethod {
    const chosen =
      this.strong.find(({ name }) => name === named) ??
      this.strong.find((method) => method.isEnabled(user));
    if (chosen) return chosen;
    return this.password.isEnabled(user) ? this.password : this.totp;
  }

  /**
   * What a caller without any factor must prove to set up their first (docs/adr/0011); undefined after a fresh login.
   * @throws ApiError fresh-login-required if nothing else distinguishes the caller from a thief of their token
   */
  inPlaceOfNone(caller: TokenOwner, now: Date): SecondFactorMethod | undefined {
    if (isFreshLogin(caller.token, now)) return undefined;
    if (!isPersonalAccessToken(caller.token) && this.mailbox.isEnabled(caller)) return this.mailbox;
    throw new ApiError(FRESH_LOGIN_REQUIRED);
  }

  /** The refusal of a request without a code. @throws ApiError if a code must be sent and cannot */
  async challenge(user: FactorOwner, method: SecondFactorMethod): Promise<ApiError> {
    const told = method.isEnabled(user) ? await method.challenge?.(user) : undefined;
    const methods = method === this.mailbox ? [method] : this.strong;
    const availableMethods = methods
      .filter((available) => available.isEnabled(user))
      .map(({ name }) => name);
    const challenge = { method: method.name, codeGenerated: false, ...told, availableMethods };
    return new ApiError(secondFactorRequired(challenge));
  }
}
