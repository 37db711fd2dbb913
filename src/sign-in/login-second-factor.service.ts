import { Injectable } from '@nestjs/common';
import { ApiError } from '../common/errors/api-error';
import { TwoFactorService } from '../two-factor/two-factor.service';
import { Account, verifiedAddresses } from '../workspace-data/users/accounts.repository';
import { NO_CODE } from './dto/credentials';
import { LoginRequest } from './login-request';
import { Problem } from '../common/errors/problem';
import { isSecondFactorInvalid, isSecondFactorRequired } from '../two-factor/two-factor.problems';
import {
  LOGIN_REFUSED,
  loginSecondFactorInvalid,
  loginSecondFactorRequired,
} from './sign-in.problems';

/** Asks for the second factor of a login, and words its refusals as a login's. */
@Injectable()
export class LoginSecondFactorService {
  constructor(private readonly twoFactor: TwoFactorService) {}

  /**
   * @param hashedToken of the token that the login is about to hand out
   * @param askedAt when the request came in
   * @throws ApiError login-second-factor-required, login-second-factor-invalid or second-factor-locked; login-refused
   * where the body holds something in the place of a code that is none
   */
  async requireSecondFactor(
    { _id: id, services, emails }: Account,
    hashedToken: string,
    { submitted: shown, client }: LoginRequest,
    askedAt: Date,
  ): Promise<void> {
    const user = { id, services, hasVerifiedAddress: verifiedAddresses(emails).length > 0 };
    try {
      await this.twoFactor.requireAtLogin(user, hashedToken, shown, client, askedAt);
    } catch (error) {
      throw error instanceof ApiError ? new ApiError(atLogin(error.problem)) : error;
    }
    // Whoever has no second factor is not asked for a code; a body with something else in its place is none.
    if (shown.code === NO_CODE) throw new ApiError(LOGIN_REFUSED);
  }
}

/** A login that fails is a 401, not the 400 that makes clients repeat a request (contract §4 and §5). */
function atLogin(problem: Problem): Problem {
  if (isSecondFactorRequired(problem)) return loginSecondFactorRequired(problem.challenge);
  if (isSecondFactorInvalid(problem)) return loginSecondFactorInvalid(problem.challenge);
  return problem;
}
