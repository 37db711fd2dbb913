import { Injectable } from '@nestjs/common';
import { note } from '../audit/request-notes';
import { BcryptHasher } from '../auth/bcrypt.hasher';
import { ApiError } from '../common/errors/api-error';
import { Client } from '../common/http/client';
import { countedAddress } from '../common/http/counted-address';
import { randomId } from '../common/crypto/random-id';
import { Account, AccountsRepository } from '../workspace-data/users/accounts.repository';
import { PasswordCredentials } from './dto/credentials';
import { LoginThrottle } from './login.throttle';
import { accountKey, addressKey, nameKey } from './throttle-key';
import { LoginQueue } from './login.queue';
import { tooManyRequests } from '../common/errors/common.problems';
import { LOGIN_REFUSED } from './sign-in.problems';

/** Seconds to wait when attempts in progress, which may be refunded, leave no room. */
const RETRY_AFTER_SECONDS = 1;

/** Verifies names and passwords. Every failure takes the same work and gets the same answer (contract §5). */
@Injectable()
export class PasswordLoginService {
  constructor(
    private readonly queue: LoginQueue,
    private readonly throttle: LoginThrottle,
    private readonly accounts: AccountsRepository,
    private readonly hasher: BcryptHasher,
  ) {}

  /**
   * @returns the active user with this name and password
   * @throws ApiError login-blocked or login-refused; too-many-requests or overloaded if too many log in at once
   */
  authenticate(credentials: PasswordCredentials, client: Client): Promise<Account> {
    return this.queue.run(credentials, client.address, () => this.verify(credentials, client));
  }

  private async verify({ name, digest }: PasswordCredentials, client: Client): Promise<Account> {
    const { address } = client;
    const counters = [addressKey(address), nameKey(name)];
    await this.throttle.peek(counters);
    const attempt = randomId();
    if (!(await this.throttle.tryConsume(counters, attempt))) {
      // The last room has just gone: to wrong passwords, or to attempts that another process is verifying.
      await this.throttle.peek(counters);
      throw new ApiError(tooManyRequests(RETRY_AFTER_SECONDS));
    }
    let isWrong = false;
    try {
      const account = await this.accounts.findByLoginName(name);
      // Only a known name goes into the log: people type passwords where names belong.
      if (account) note(client, { userId: account._id, username: account.username });
      const ofAccount = accountKey(account?._id, name);
      counters.push(ofAccount);
      // An account blocked through its other names is treated as unknown: any password is wrong and counts.
      const isOpen = await this.throttle.tryConsume([ofAccount], attempt);
      const isActive = isOpen && account?.active === true;
      const stored = isActive ? account.services.password?.bcrypt : undefined;
      const owner = `address:${countedAddress(address)}`;
      isWrong = !(await this.hasher.verify(digest, stored, owner));
      if (account && !isWrong) return account;
    } finally {
      // Also if the password could not be verified: the client has learned nothing then.
      if (!isWrong) await this.throttle.refund(counters, attempt);
    }
    throw new ApiError(LOGIN_REFUSED);
  }
}
