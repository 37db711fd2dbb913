import { createHash, createHmac, randomBytes } from 'node:crypto';
import {
  isPersonalAccessToken,
  StoredLoginToken,
  StoredToken,
} from '../workspace-data/users/stored-token';

const DAY_MS = 24 * 60 * 60 * 1000;

/** 256 random bits as 43 URL-safe characters (contract §2). */
export function newLoginToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The form in which the workspace stores a token (contract §2). */
export function hashLoginToken(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

/** A key that only the token's holder can derive; it reveals neither the token nor its stored hash. */
export function clientSecretOf(token: string): string {
  return createHmac('sha256', token).update('second factor').digest('base64');
}

/** When a login token stops working. */
export function loginExpiry({ when }: StoredLoginToken, expirationDays: number): Date {
  return new Date(when.getTime() + expirationDays * DAY_MS);
}

export function isTokenAlive(token: StoredToken, now: Date, expirationDays: number): boolean {
  if (isPersonalAccessToken(token)) return true;
  return token.when instanceof Date && now < loginExpiry(token, expirationDays);
}
