import { Session } from './session.schema';

/**
 * What of a session document is needed to show it, to tell whether it is live and to end it. Other programs wrote it: a
 * field may be missing, or be something else than its type promises.
 */
export type StoredSession = Pick<
  Session,
  'sessionId' | 'userId' | 'loginToken' | 'ip' | 'host' | 'device' | 'loginAt' | 'logoutAt'
>;

/** The projection of a `StoredSession`. */
export const STORED_SESSION_FIELDS = {
  _id: 0,
  sessionId: 1,
  userId: 1,
  loginToken: 1,
  ip: 1,
  host: 1,
  device: 1,
  loginAt: 1,
  logoutAt: 1,
} as const;

/** The owner that a session document names; one that is no text, or an empty one, is none. */
export function ownerOf({ userId }: Pick<StoredSession, 'userId'>): string | undefined {
  return isText(userId) ? userId : undefined;
}

/** Whether a stored value is text that is not empty. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
