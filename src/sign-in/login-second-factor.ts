import { Injectable } from '@nestjs/common';
import { ApiError, ApiProblem } from '../common/errors/api-error';
import { TwoFactorService } from '../two-factor/two-factor.service';
import { Account } from '../users/accounts.service';
import { LoginRequest } from './login-request';

/** Asks for the second factor of a login, and words its refusals as a login's. */
@Injectable()
export class LoginSecondFactor {
  constructor(private readonly twoFactor: TwoFactorService) {}

  /**
   * @param hashedToken of the token that the login is about to hand out
   * @param askedAt when the request came in
   * @throws ApiError login-second-factor-required, login-second-factor-invalid or second-factor-locked
   */
  async demand(
    { _id: id, services }: Account,
    hashedToken: string,
    { shown, client }: LoginRequest,
    askedAt: Date,
  ): Promise<void> {
    try {
      await this.twoFactor.demandAtLogin({ id, services }, hashedToken, shown, client, askedAt);
    } catch (error) {
      throw error instanceof ApiError ? new ApiError(atLogin(error.problem)) : error;
    }
  }
}

/** A login that fails is a 401, not the 400 that makes clients repeat a request (contract §4 and §5). */
function atLogin(problem: ApiProblem): ApiProblem {
  if (problem.kind === 'second-factor-required') {
    return { kind: 'login-second-factor-required', challenge: problem.challenge };
  }
  if (problem.kind === 'second-factor-invalid') {
    return { kind: 'login-second-factor-invalid', challenge: problem.challenge };
  }
  return problem;
}
