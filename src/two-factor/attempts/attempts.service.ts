import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Caller } from '../../auth/caller';
import { Clock } from '../../common/clock/clock';
import { hashOf } from '../../common/crypto/hash-of';
import { Client } from '../../common/http/client';
import { TwoFactorConfig } from '../../config/two-factor.config';
import { Guess, GuessCounter, guessIds, keyOfSignIn, keyOfToken, keyOfUser } from './guess';
import { FactorOwner, SecondFactorMethod } from '../methods/second-factor.method';

/** One showing of a code: by whom, from where, and what counts it. */
export interface Attempt {
  user: FactorOwner;
  client: Client;
  /** Stands for one login token in one program at one address. */
  clientHash: string;
  /** Known to the client and to this service, and stored nowhere. */
  clientSecret: string;
  counters: GuessCounter[];
  askedAt: Date;
  now: Date;
}

/** Says what an attempt is counted by (docs/adr/0003). */
@Injectable()
export class AttemptsService {
  /**
   * Where somebody signs in, they have shown nothing yet that is a secret and not stored. So processes do not see that they
   * judge the same guess at once, and count it twice.
   */
  private readonly signInSecret = randomBytes(32).toString('base64');

  constructor(
    private readonly clock: Clock,
    private readonly config: TwoFactorConfig,
  ) {}

  /** By somebody logged in: counted by their token first, so that one that is used up costs the others nothing. */
  of(caller: Caller, client: Client): Attempt {
    const { id, clientSecret, askedAt, token } = caller;
    const counters = [
      { key: keyOfToken(token.hashedToken), cap: this.config.maxAttempts },
      { key: keyOfUser(id), cap: this.config.maxAttemptsPerUser },
    ];
    return this.make(caller, token.hashedToken, client, { clientSecret, askedAt, counters });
  }

  /**
   * Behind a right password. Counted by itself: whoever knows it locks nobody out who has logged in already.
   * @param hashedToken of the token that is about to be handed out
   * @param askedAt when the request came in
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

/** @param code as the method reads it */
export function guessOf(
  attempt: Attempt,
  { name, verifiesAs: method = name }: SecondFactorMethod,
  code: string,
): Guess {
  const { user, counters, askedAt, now } = attempt;
  return { ...guessIds({ ...attempt, method, code }), userId: user.id, counters, askedAt, now };
}
