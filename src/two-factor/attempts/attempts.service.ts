import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Caller } from '../../auth/caller';
import { Clock } from '../../common/clock/clock';
import { hashOf } from '../../common/crypto/hash-of';
import { Client } from '../../common/http/client';
import { TwoFactorConfig } from '../../config/two-factor.config';
import { Guess, GuessCounter, guessIds, keyOfSignIn, keyOfToken, keyOfUser } from './guess';
import { FactorOwner, SecondFactorMethod } from '../methods/second-factor.method';

export interface Attempt {
  user: FactorOwner;
  client: Client;
  /** Identifies one login token in one program at one address. */
  clientHash: string;
  /** Known only to the client and this service; never stored. */
  clientSecret: string;
  counters: GuessCounter[];
  askedAt: Date;
  now: Date;
}

/** Decides which counters an attempt takes (docs/adr/0003). */
@Injectable()
export class AttemptsService {
  /** Clients that sign in have no unstored secret yet. Each process makes its own, so two may count one guess twice. */
  private readonly signInSecret = randomBytes(32).toString('base64');

  constructor(
    private readonly clock: Clock,
    private readonly config: TwoFactorConfig,
  ) {}

  /** For a logged-in caller. The token counts first, so that a token without attempts costs the others nothing. */
  of(caller: Caller, client: Client): Attempt {
    const { id, clientSecret, askedAt, token } = caller;
    const counters = [
      { key: keyOfToken(token.hashedToken), cap: this.config.maxAttempts },
      { key: keyOfUser(id), cap: this.config.maxAttemptsPerUser },
    ];
    return this.make(caller, token.hashedToken, client, { clientSecret, askedAt, counters });
  }

  /**
   * After a right password. Counted separately: an attacker who knows the password cannot lock out existing logins.
   * @param hashedToken of the token that is about to be issued
   * @param askedAt when the request arrived
   */
  atSignIn(user: FactorOwner, hashedToken: string, client: Client, askedAt: Date): Attempt {
    const clientSecret = JSON.stringify([this.signInSecret, user.id]);
    const counters = [{ key: keyOfSignIn(user.id), cap: this.config.maxAttempts }];
    return this.make(user, hashedToken, client, { clientSecret, askedAt, counters });
  }

  private make(
    user: FactorOwner,
    hashedToken: string,
    client: Client,
    counted: Pick<Attempt, 'clientSecret' | 'askedAt' | 'counters'>,
  ): Attempt {
    const clientHash = hashOf(hashedToken, client.userAgent, client.address);
    return { user, client, clientHash, ...counted, now: this.clock.now() };
  }
}

/** @param code as `SecondFactorMethod.read` returns it */
export function guessOf(
  attempt: Attempt,
  { name, verifiesAs: method = name }: SecondFactorMethod,
  code: string,
): Guess {
  const { user, counters, askedAt, now } = attempt;
  return { ...guessIds({ ...attempt, method, code }), userId: user.id, counters, askedAt, now };
}
