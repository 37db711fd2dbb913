import { StoredSession } from '../../sessions/session.view';

/** A session is live when it has an id and a login token and has not been logged out (contract §2). */
export function isLive({ sessionId, loginToken, logoutAt }: StoredSession): boolean {
  return isText(sessionId) && isText(loginToken) && (logoutAt ?? null) === null;
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

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
