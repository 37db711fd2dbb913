import { mongo } from 'mongoose';
import { isText, StoredSession } from './stored-session';

/** A live session has an id and a login token and has not been logged out (contract §2). Equivalent to `LIVE`. */
export function isLive({ sessionId, loginToken, logoutAt }: StoredSession): boolean {
  return isText(sessionId) && isText(loginToken) && (logoutAt ?? null) === null;
}

export const NOT_STAMPED = { logoutAt: null } as const;

/** The filter for live sessions, also for a `$match`. Equivalent to `isLive`. */
export const LIVE: mongo.Filter<mongo.Document> = {
  // `$exists` lets the database use the partial index.
  loginToken: { $exists: true, $gt: '' },
  sessionId: { $gt: '' },
  ...NOT_STAMPED,
};

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
