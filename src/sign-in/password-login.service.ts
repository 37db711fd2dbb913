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

/** While attempts that block are out, and may still be given back, in seconds. */
const RETRY_AFTER_SECONDS = 1;

/** Judges names and passwords. Whatever is wrong with them, the work is the same and so is the answer (contract §5). */
@Injectable()
export class PasswordLoginService {
  constructor(
    private readonly queue: LoginQueue,
    private readonly throttle: LoginThrottle,
    private readonly accounts: AccountsRepository,
    private readonly hasher: BcryptHasher,
  ) {}

  /**
   * The active user with this name and this password.
   * @throws ApiError login-blocked or login-refused; too-many-requests or overloaded when too many log in at once
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
      // It has just become full: of wrong passwords, or of such as another process has yet to judge.
      await this.throttle.peek(counters);
      throw new ApiError(tooManyRequests(RETRY_AFTER_SECONDS));
    }
    const account = await this.accounts.findByLoginName(name);
    // Never the name as it was typed: people type passwords where names belong.
    if (account) note(client, { userId: account._id, username: account.username });
    const ofAccount = accountKey(account?._id, name);
    counters.push(ofAccount);
    // An account that is blocked by other names is like nobody's: whatever is shown is wrong, and counts as such.
    const isOpen = await this.throttle.tryConsume([ofAccount], attempt);
    const isActive = isOpen && account?.active === true;
    const stored = isActive ? account.services.password?.bcrypt : undefined;
    const owner = `address:${countedAddress(address)}`;
    let isWrong = false;
    try {
      isWrong = !(await this.hasher.verify(digest, stored, owner));
    } finally {
      // Also when nobody could judge it: then nobody has learned anything.
      if (!isWrong) await this.throttle.refund(counters, attempt);
    }
    if (!account || isWrong) throw new ApiError(LOGIN_REFUSED);
    return account;
  }
}
