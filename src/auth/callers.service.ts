import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { AuthConfig } from '../config/auth.config';
import { UsersRepository } from '../workspace-data/users/users.repository';
import { ApiError } from '../common/errors/api-error';
import { Caller } from './caller';
import { clientSecretOf, hashLoginToken, isTokenAlive } from './login-token';
import { NOT_LOGGED_IN } from './auth.problems';

@Injectable()
export class CallersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly clock: Clock,
    private readonly config: AuthConfig,
  ) {}

  /** One indexed read. The index compares hashes, so timing does not reveal how much of a token was right. */
  async find(token: string): Promise<Caller | undefined> {
    const askedAt = this.clock.now();
    const owner = await this.users.findTokenOwner(hashLoginToken(token));
    if (!owner?.active) return undefined;
    const alive = isTokenAlive(owner.token, this.clock.now(), this.config.loginExpirationDays);
    return alive ? { ...owner, clientSecret: clientSecretOf(token), askedAt } : undefined;
  }

  /** @throws ApiError not-logged-in when a revoked login explains why a conditional update failed */
  async requireStillLoggedIn(caller: Caller): Promise<void> {
    if (await this.users.isStillWorking(caller)) return;
    throw new ApiError(NOT_LOGGED_IN);
  }
}
