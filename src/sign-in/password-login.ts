import { Injectable } from '@nestjs/common';
import { note } from '../audit/request-notes';
import { PasswordChecker } from '../auth/password-checker';
import { ApiError } from '../common/errors/api-error';
import { Client } from '../common/http/client';
import { Account, AccountsService } from '../users/accounts.service';
import { PasswordCredentials } from './dto/credentials';
import { LoginBlocks } from './login-blocks';
import { countByAccount, countByAddress, countByName } from './login-counters';

/** Judges names and passwords. Whatever is wrong with them, the work is the same and so is the answer (contract §5). */
@Injectable()
export class PasswordLogin {
  constructor(
    private readonly blocks: LoginBlocks,
    private readonly accounts: AccountsService,
    private readonly passwords: PasswordChecker,
  ) {}

  /**
   * The active user with this name and this password.
   * @throws ApiError login-blocked or login-refused
   */
  async authenticate({ name, digest }: PasswordCredentials, client: Client): Promise<Account> {
    const counters = [countByAddress(client.address), countByName(name)];
    await this.blocks.check(counters);
    const account = await this.accounts.findByLoginName(name);
    // Never the name as it was typed: people type passwords where names belong.
    if (account) note(client, { userId: account._id, username: account.username });
    const stored = account?.active === true ? account.services.password?.bcrypt : undefined;
    const isRight = await this.passwords.matches(digest, stored);
    counters.push(countByAccount(account?._id, name));
    if (account && isRight) {
      await this.blocks.check(counters);
      return account;
    }
    await this.blocks.count(counters);
    throw new ApiError({ kind: 'login-refused' });
  }
}
