import { createHash, createHmac } from 'node:crypto';
import { Client } from '../../common/http/client';
import { FactorOwner } from '../methods/second-factor.method';
import { STEP_SECONDS } from '../methods/totp';

/** For so long a code that is wrong stays wrong. */
export const STEP_MS = STEP_SECONDS * 1000;

/** What counts guesses: the key of its record, and how many it lets be made within the window. */
export interface GuessCounter {
  key: string;
  cap: number;
}

/** One guess at a user's second factor, as it is counted. */
export interface Guess {
  /** The same for the same guess by the same client in the same time step, and for no other. */
  id: string;
  /** Its id in the time step before: what comes at once may come around the end of one. */
  formerId: string;
  userId: string;
  /** Whoever is in vain asked by the first is never counted by the next. */
  counters: readonly GuessCounter[];
  /** When the request with it came in: whatever was answered before that is another time. */
  askedAt: Date;
  now: Date;
}

/** What a guess consists of. */
export interface GuessParts {
  /** Known to the client and to this service, and stored nowhere. */
  clientSecret: string;
  client: Client;
  /** Whose factor it is judged by, and as of when. */
  user: FactorOwner;
  /** What judges it: two of them must not share a verdict. */
  method: string;
  code: string;
  now: Date;
}

/**
 * The id of a guess, now and in the time step before. Keyed, because six digits are found from a plain hash in no time, also
 * in a backup or in a log of the database.
 */
export function guessIds(parts: GuessParts): Pick<Guess, 'id' | 'formerId'> {
  const step = Math.floor(parts.now.getTime() / STEP_MS);
  return { id: guessIdAt(step, parts), formerId: guessIdAt(step - 1, parts) };
}

function guessIdAt(step: number, { clientSecret, client, user, method, code }: GuessParts): string {
  const { password, totp } = user.services;
  const judgedBy = [method, password?.bcrypt, totp?.secret];
  return createHmac('sha256', clientSecret)
    .update(JSON.stringify([judgedBy, client.userAgent, client.address, step, code]))
    .digest('base64');
}

/** What a user's guesses with all of their tokens are counted by; the codes that they used are in the same record. */
export function keyOfUser(userId: string): string {
  return `user:${userId}`;
}

/** What a user's guesses behind a right password are counted by. */
export function keyOfSignIn(userId: string): string {
  return `login:${userId}`;
}

/** @param hashedToken as it is stored; it appears nowhere else */
export function keyOfToken(hashedToken: string): string {
  return `token:${createHash('sha256').update(hashedToken).digest('base64')}`;
}
