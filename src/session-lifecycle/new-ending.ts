import { ownerOf } from '../workspace-data/sessions/stored-session';
import { isPersonalAccessToken } from '../workspace-data/users/stored-token';
import { FoundLogin } from './login.finder';
import { Revocation } from './revocation';
import { SessionEnding } from './session-ending.schema';

/** How long an ending is kept (docs/adr/0021). */
export const SESSION_HISTORY_MS = 90 * 24 * 60 * 60 * 1000;

export function newEnding(
  { endingId, owner, unowned, hashedToken, session, token }: FoundLogin,
  { by, reason, note }: Revocation,
  now: Date,
): SessionEnding {
  const { sessionId, device, host, ip } = session ?? {};
  const userId = (session && ownerOf(session)) ?? owner;
  const when = token && !isPersonalAccessToken(token) ? token.when : undefined;
  const loginAt = session?.loginAt ?? when;
  return {
    _id: endingId,
    ...present({ sessionId, userId, device, host, ip, loginAt }),
    endedAt: now,
    endedBy: by,
    reason,
    ...present({ note }),
    expiresAt: new Date(now.getTime() + SESSION_HISTORY_MS),
    pending: { since: now, owner: owner ?? null, unowned, loginToken: hashedToken },
  };
}

type Present<T> = { [K in keyof T]?: NonNullable<T[K]> };

function present<T extends object>(fields: T): Present<T> {
  const entries = Object.entries(fields);
  return Object.fromEntries(
    entries.filter(([, value]) => value !== undefined && value !== null),
  ) as Present<T>;
}
