import { createHash, createHmac } from 'node:crypto';
import { Client } from '../../common/http/client';
import { FactorOwner } from '../methods/second-factor.method';
import { STEP_SECONDS } from '../methods/totp';

export const STEP_MS = STEP_SECONDS * 1000;

/** The record that counts guesses, and how many it allows within the window. */
export interface GuessCounter {
  key: string;
  cap: number;
}

export interface Guess {
  /** Identical only for the same guess by the same client in the same time step. */
  id: string;
  /** The id in the previous time step, for parallel requests that cross its end. */
  formerId: string;
  userId: string;
  counters: readonly GuessCounter[];
  /** When its request arrived: an identical guess answered before then was another one. */
  askedAt: Date;
  now: Date;
}

export interface GuessParts {
  /** Known only to the client and this service; never stored. */
  clientSecret: string;
  client: Client;
  /** The owner as read for this request: a changed factor makes another guess. */
  user: FactorOwner;
  /** Part of the id, because two methods must not share a verdict. */
  method: string;
  code: string;
  now: Date;
}

/** Keyed, because a plain hash of six digits is reversed at once, even from a backup or a log of the database. */
export function guessIds(parts: GuessParts): Pick<Guess, 'id' | 'formerId'> {
  const step = Math.floor(parts.now.getTime() / STEP_MS);
  return { id: guessIdAt(step, parts), formerId: guessIdAt(step - 1, parts) };
}

function guessIdAt(step: number, { clientSecret, client, user, method, code }: GuessParts): string {
  const { password, totp } = user.services;
  const verifiedBy = [method, password?.bcrypt, totp?.secret];
  return createHmac('sha256', clientSecret)
    .update(JSON.stringify([verifiedBy, client.userAgent, client.address, step, code]))
    .digest('base64');
}

/** Counts a user's guesses with all tokens; the same record holds the codes that were used. */
export function keyOfUser(userId: string): string {
  return `user:${userId}`;
}

/** Counts a user's guesses after a right password. */
export function keyOfSignIn(userId: string): string {
  return `login:${userId}`;
}

/** @param hashedToken as stored; the key does not contain it */
export function keyOfToken(hashedToken: string): string {
  return `token:${createHash('sha256').update(hashedToken).digest('base64')}`;
}
