import { originOf } from '../audit/request-notes';
import { ownerOf } from '../workspace-data/sessions/stored-session';
import { isPersonalAccessToken } from '../workspace-data/users/stored-token';
import { pendingExpiry } from './ending-expiry';
import { bounded } from './ending-record';
import { FoundLogin } from './login.finder';
import { Revocation } from './revocation';
import { SessionEnding } from './session-ending.schema';

export function newEnding(
  { endingId, owner, unowned, hashedToken, session, token }: FoundLogin,
  { by, reason, note, client }: Revocation,
  now: Date,
  historyDays: number,
): SessionEnding {
  const { sessionId, device, host, ip } = session ?? {};
  const userId = (session && ownerOf(session)) ?? owner;
  const when = token && !isPersonalAccessToken(token) ? token.when : undefined;
  const loginAt = session?.loginAt ?? when;
  return {
    _id: endingId,
    ...present({ sessionId, userId, device, host, ip, loginAt }),
    endedAt: now,
    reason,
    ...present({ endedBy: by, note }),
    expiresAt: pendingExpiry(now, historyDays),
    pending: {
      since: now,
      owner: owner ?? null,
      unowned,
      loginToken: hashedToken,
      ...(client && { origin: bounded(originOf(client)) }),
    },
  };
}

type Present<T> = { [K in keyof T]?: NonNullable<T[K]> };

function present<T extends object>(fields: T): Present<T> {
  const entries = Object.entries(fields);
  return Object.fromEntries(
    entries.filter(([, value]) => value !== undefined && value !== null),
  ) as Present<T>;
}
