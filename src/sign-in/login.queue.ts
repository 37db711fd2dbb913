import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { FairQueue } from '../common/concurrency/fair-queue';
import { countedAddress } from '../common/http/counted-address';
import { HttpConfig } from '../config/http.config';
import { Account } from '../workspace-data/users/accounts.repository';
import { PasswordCredentials } from './dto/credentials';
import { nameKey } from './throttle-key';

const AT_ONCE = 16;
const AT_ONCE_PER_ADDRESS = 4;
const WAITING_PER_ADDRESS = 100;
const WAITING = 500;
const MOST_FOLLOWERS = 100;

interface Guess {
  verified: Promise<Account>;
  followers: number;
}

/**
 * Logins wait here before they take their attempts (docs/adr/0007). An address has few attempts in progress and a name
 * has one, so that simultaneous right logins do not block each other. Identical logins from one address share one
 * verification if it succeeds.
 */
@Injectable()
export class LoginQueue {
  private readonly queue: FairQueue;
  private readonly guesses = new Map<string, Guess>();

  constructor(clock: Clock, { requestTimeoutMs: patienceMs }: HttpConfig) {
    const limits = {
      atOnce: AT_ONCE,
      perOwner: AT_ONCE_PER_ADDRESS,
      waitingPerOwner: WAITING_PER_ADDRESS,
      waiting: WAITING,
      patienceMs,
    };
    this.queue = new FairQueue(limits, () => clock.now().getTime());
  }

  /**
   * @param address of the client
   * @param verify returns the account, or throws if the name or password is wrong
   * @throws ApiError too-many-requests or overloaded, at once, if too many wait; whatever `verify` throws
   */
  async run(
    { name, digest }: PasswordCredentials,
    address: string,
    verify: () => Promise<Account>,
  ): Promise<Account> {
    const owner = countedAddress(address);
    const key = JSON.stringify([owner, name, digest]);
    const account = await this.follow(key);
    if (account) return account;
    const verified = this.queue.run({ owner, alone: nameKey(name).key }, verify);
    const guess = { verified, followers: 0 };
    this.guesses.set(key, guess);
    try {
      return await verified;
    } finally {
      if (this.guesses.get(key) === guess) this.guesses.delete(key);
    }
  }

  /** Shares a success only: after a failure each login is verified by itself. */
  private async follow(key: string): Promise<Account | undefined> {
    const guess = this.guesses.get(key);
    if (!guess || guess.followers >= MOST_FOLLOWERS) return undefined;
    guess.followers++;
    return guess.verified.catch(() => undefined);
  }
}
