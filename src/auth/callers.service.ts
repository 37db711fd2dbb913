import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { AuthConfig } from '../config/auth.config';
import { UsersRepository } from '../workspace-data/users/users.repository';
import { ApiError } from '../common/errors/api-error';
import { Caller } from './caller';
import { clientSecretOf, hashLoginToken, isTokenAlive } from './login-token';
import { NOT_LOGGED_IN } from './auth.problems';

/** Finds out whom a token stands for. */
@Injectable()
export class CallersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly clock: Clock,
    private readonly config: AuthConfig,
  ) {}

  /**
   * The active user who holds this token, if it is alive. The token is compared by its hash inside the database's
   * index, so no timing tells how much of it was right. One indexed read.
   */
  async find(token: string): Promise<Caller | undefined> {
    const askedAt = this.clock.now();
    const owner = await this.users.findTokenOwner(hashLoginToken(token));
    if (!owner?.active) return undefined;
    const alive = isTokenAlive(owner.token, this.clock.now(), this.config.loginExpirationDays);
    return alive ? { ...owner, clientSecret: clientSecretOf(token), askedAt } : undefined;
  }

  /**
   * Says why a change was not made that demands a living login: to be asked behind it. One read.
   * @throws ApiError not-logged-in when the caller has been logged out since they were found
   */
  async demandStillLoggedIn(caller: Caller): Promise<void> {
    if (await this.users.isStillWorking(caller)) return;
    throw new ApiError(NOT_LOGGED_IN);
  }
}
