import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { SharedReads } from '../common/concurrency/shared-reads';
import { AuthConfig } from '../config/auth.config';
import { TokenOwner, UsersRepository } from '../workspace-data/users/users.repository';
import { ApiError } from '../common/errors/api-error';
import { Caller } from './caller';
import { clientSecretOf, hashLoginToken, isTokenAlive } from './login-token';
import { NOT_LOGGED_IN } from './auth.problems';

@Injectable()
export class CallersService {
  /** By the hash of a token: the parallel requests of one client. */
  private readonly owners = new SharedReads((hashedToken) =>
    this.users.findTokenOwner(hashedToken),
  );

  constructor(
    private readonly users: UsersRepository,
    private readonly clock: Clock,
    private readonly config: AuthConfig,
  ) {}

  /**
   * One indexed read, which parallel requests with this token share. The index compares hashes, so timing does not reveal
   * how much of a token was right.
   */
  async find(token: string): Promise<Caller | undefined> {
    const askedAt = this.clock.now();
    const owner = await this.findActive(hashLoginToken(token));
    return owner && { ...owner, clientSecret: clientSecretOf(token), askedAt };
  }

  /** The caller's roles at this moment; undefined if their login has ended. One indexed read. */
  async rolesNow({ id, token }: Caller): Promise<readonly string[] | undefined> {
    const owner = await this.findActive(token.hashedToken);
    return owner?.id === id ? owner.roles : undefined;
  }

  /** @throws ApiError not-logged-in when a revoked login explains why a conditional update failed */
  async requireStillLoggedIn(caller: Caller): Promise<void> {
    if (await this.users.isStillWorking(caller)) return;
    throw new ApiError(NOT_LOGGED_IN);
  }

  private async findActive(hashedToken: string): Promise<TokenOwner | undefined> {
    const owner = await this.owners.get(hashedToken);
    if (!owner?.active) return undefined;
    const alive = isTokenAlive(owner.token, this.clock.now(), this.config.loginExpirationDays);
    return alive ? owner : undefined;
  }
}
