import { mongo } from 'mongoose';
import { isText, StoredSession } from './stored-session';

/**
 * A live session has an id and a login token and has not been logged out (contract §2). Equivalent to `LIVE`, except
 * that a list in one of these fields is never live.
 */
export function isLive({ sessionId, loginToken, logoutAt }: StoredSession): boolean {
  return isText(sessionId) && isText(loginToken) && (logoutAt ?? null) === null;
}

export const NOT_STAMPED = { logoutAt: null } as const;

/**
 * The filter for live sessions, also for a `$match`. Equivalent to `isLive`, except that a database compares the elements
 * of a list: `logoutAt: [null]`, `sessionId: ['s']` or `loginToken: ['h']` matches. Rocket.Chat writes no lists there, and
 * excluding them would cost every listing a condition that no index can answer.
 */
export const LIVE: mongo.Filter<mongo.Document> = {
  // `$exists` lets the database use the partial index.
  loginToken: { $exists: true, $gt: '' },
  sessionId: { $gt: '' },
  ...NOT_STAMPED,
};

/** Of documents with one of these token hashes. */
export function anyOf(hashedTokens: readonly string[]): { $exists: true; $in: string[] } {
  // `$exists` lets the database use the partial index.
  return { $exists: true, $in: [...hashedTokens] };
}

/** The session with the latest login; of several at the same instant, the first. */
export function newest<T extends StoredSession>(sessions: readonly T[]): T | undefined {
  return sessions.reduce<T | undefined>(
    (latest, session) => (latest && loginTime(latest) >= loginTime(session) ? latest : session),
    undefined,
  );
}

function loginTime({ loginAt }: StoredSession): number {
  return loginAt instanceof Date ? loginAt.getTime() : -Infinity;
}
