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

@Injectable()
export class LoginSecondFactorService {
  constructor(private readonly twoFactor: TwoFactorService) {}

  /**
   * @param hashedToken of the token that the login is about to issue
   * @throws ApiError login-second-factor-required, login-second-factor-invalid or second-factor-locked; login-refused
   * if the body has something else in place of a code
   */
  async requireSecondFactor(
    { _id: id, services, emails }: Account,
    hashedToken: string,
    { submitted, client }: LoginRequest,
    askedAt: Date,
  ): Promise<void> {
    const user = { id, services, hasVerifiedAddress: verifiedAddresses(emails).length > 0 };
    try {
      await this.twoFactor.requireAtLogin(user, hashedToken, submitted, client, askedAt);
    } catch (error) {
      throw error instanceof ApiError ? new ApiError(atLogin(error.problem)) : error;
    }
    // A user without a second factor was not asked for a code, but this body is still malformed.
    if (submitted.code === NO_CODE) throw new ApiError(LOGIN_REFUSED);
  }
}

/** A login answers 401, because on a 400 clients repeat the request (contract §4 and §5). */
function atLogin(problem: Problem): Problem {
  if (isSecondFactorRequired(problem)) return loginSecondFactorRequired(problem.challenge);
  if (isSecondFactorInvalid(problem)) return loginSecondFactorInvalid(problem.challenge);
  return problem;
}
