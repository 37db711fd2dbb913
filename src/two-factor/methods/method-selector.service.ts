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

/** Which factor a user is asked for, and how. */
@Injectable()
export class MethodSelector {
  /** What counts as a second factor, in the order in which the first enabled one is asked for. */
  private readonly strong: SecondFactorMethod[];

  constructor(
    private readonly totp: TotpMethod,
    email: EmailMethod,
    private readonly password: PasswordMethod,
    private readonly mailbox: MailboxMethod,
  ) {
    this.strong = [totp, email];
  }

  /** Whether a user has set up a second factor. */
  hasStrong(user: FactorOwner): boolean {
    return this.strong.some((method) => method.isEnabled(user));
  }

  /** The same, or a password that stands in for one. */
  hasAny(user: FactorOwner): boolean {
    return this.hasStrong(user) || this.password.isEnabled(user);
  }

  /**
   * The factor that the client names, or else the first that the user has enabled. The password is never chosen by
   * name: it stands in where there is no other. Who has none at all is asked for a TOTP code that cannot exist, so they
   * are refused like anybody with a wrong code.
   */
  select(user: FactorOwner, named: string | undefined): SecondFactorMethod {
    const chosen =
      this.strong.find(({ name }) => name === named) ??
      this.strong.find((method) => method.isEnabled(user));
    if (chosen) return chosen;
    return this.password.isEnabled(user) ? this.password : this.totp;
  }

  /**
   * What is asked of a caller who has none, before they set up their first (docs/adr/0011).
   * @returns undefined when they have logged in a moment ago, and need not show anything
   * @throws ApiError fresh-login-required when nothing else can tell them from a thief of their token
   */
  inPlaceOfNone(caller: TokenOwner, now: Date): SecondFactorMethod | undefined {
    if (isFreshLogin(caller.token, now)) return undefined;
    if (!isPersonalAccessToken(caller.token) && this.mailbox.isEnabled(caller)) return this.mailbox;
    throw new ApiError(FRESH_LOGIN_REQUIRED);
  }

  /**
   * The refusal of a request that shows no code. Where the code must be sent, it is on its way then.
   * @throws ApiError when it cannot be sent now
   */
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
