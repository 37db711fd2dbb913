import { Session } from './session.schema';

/** Other programs wrote these fields: any may be missing or of another type. */
export type StoredSession = Pick<
  Session,
  'sessionId' | 'userId' | 'loginToken' | 'ip' | 'host' | 'device' | 'loginAt' | 'logoutAt'
>;

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

/** The owner that a session document names; undefined unless it is a non-empty string. */
export function ownerOf({ userId }: Pick<StoredSession, 'userId'>): string | undefined {
  return isText(userId) ? userId : undefined;
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
